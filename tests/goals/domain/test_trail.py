"""Any single change of any field of any row breaks a chain, and so does a row too few or too many."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain import events
from goals.domain.events import EVENTS, Event
from goals.domain.trail import (
    StoredText,
    Trail,
    TrailRow,
    broken,
    details,
    digest,
    events_digest,
    exported,
    sealed,
)
from goals.domain.values import Reason, Status
from tests.adapters.test_log import LINES
from tests.given import ANA, NOW, later

DAY = 86_400


def row(seq: int, previous: str, **changes: Any) -> TrailRow:
    told = TrailRow("g7k2", seq, later(seconds=seq), "ana", "Steered", "local", "active", "active", "")
    told = replace(
        told, details='[{"words":"d"}]', event_seq=seq, events=events_digest([event(seq)]), **changes
    )
    return replace(told, hash=sealed(told, previous))


def event(seq: int) -> StoredText:
    return StoredText(seq, later(seconds=seq), "Steered", f'{{"text":"word {seq}"}}')


def chain(length: int) -> Trail:
    rows: list[TrailRow] = []
    for seq in range(1, length + 1):
        rows.append(row(seq, rows[-1].hash if rows else ""))
    last = rows[-1].hash if rows else ""
    return Trail("g7k2", tuple(rows), length, last, {seq: event(seq) for seq in range(1, length + 1)})


def other(value: Any, data: st.DataObject) -> Any:
    """Any other value of the same kind."""
    if isinstance(value, datetime):
        return value + timedelta(microseconds=data.draw(st.integers(1, DAY * 10**6)))
    kinds = st.integers(-3, 99) if isinstance(value, int) else st.text(max_size=9) | st.just(f"{value} ")
    return data.draw(kinds.filter(lambda drawn: drawn != value))


CHAINS = st.integers(1, 5).map(chain)


def test_an_untouched_chain_holds() -> None:
    assert [broken(chain(length)) for length in range(4)] == [None] * 4


@given(CHAINS, st.data())
def test_any_change_of_any_field_of_a_row_breaks_the_chain(trail: Trail, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(trail.rows) - 1))
    name = data.draw(st.sampled_from([each.name for each in fields(TrailRow)]))
    was = trail.rows[number]
    altered = replace(was, **{name: other(getattr(was, name), data)})
    rows = (*trail.rows[:number], altered, *trail.rows[number + 1 :])
    found = broken(replace(trail, rows=rows))
    assert found is not None and found.row in (number + 1, number + 2)


@given(CHAINS, st.data())
def test_any_change_of_an_event_breaks_the_chain_at_its_row(trail: Trail, data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(sorted(trail.events)))
    name = data.draw(st.sampled_from(["at", "name", "document"]))
    was = trail.events[number]
    altered = replace(was, **{name: other(getattr(was, name), data)})
    found = broken(replace(trail, events={**trail.events, number: altered}))
    assert found is not None and found.row == number


@given(CHAINS, st.data())
def test_a_row_that_was_left_out_is_named(trail: Trail, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(trail.rows) - 1))
    found = broken(replace(trail, rows=(*trail.rows[:number], *trail.rows[number + 1 :])))
    assert found is not None and (found.row, found.why[:10]) == (number + 1, "is missing")


@given(CHAINS)
def test_a_row_too_many_is_named(trail: Trail) -> None:
    found = broken(replace(trail, rows=(*trail.rows, row(len(trail.rows) + 1, trail.hash))))
    assert found is not None and found.row == len(trail.rows) + 1


@given(CHAINS, st.data())
def test_two_rows_that_changed_places_are_noticed(trail: Trail, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(trail.rows))
    assert (broken(replace(trail, rows=tuple(rows))) is None) == (tuple(rows) == trail.rows)


def test_a_row_is_sealed_as_the_documents_say() -> None:
    first = row(1, "")
    exports = exported(first)
    seal = exports.pop("hash")
    canonical = json.dumps(exports, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == seal == first.hash


def test_a_row_from_before_events_were_sealed_holds() -> None:
    old = TrailRow("g7k2", 1, NOW, "ana", "Opened", "local", "", "queued", "")
    said = {
        "goal": "g7k2", "seq": 1, "at": "2026-11-21T12:00:00.000000+00:00", "who": "ana", "what": "Opened",
        "platform": "local", "before": "", "after": "queued",
    }  # fmt: skip
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    old = replace(old, hash=hashlib.sha256(canonical.encode()).hexdigest())
    assert broken(Trail("g7k2", (old,), 1, old.hash)) is None


@pytest.mark.parametrize(
    ("happened", "facts"),
    [
        (events.Opened(ANA, "fix it", "k3m9"), {"objective": digest("fix it"), "reopens": "k3m9"}),
        (events.Steered(ANA, "mind the docs"), {"words": digest("mind the docs")}),
        (events.Steered(ANA, "mind", digest("mind the docs")), {"words": digest("mind the docs")}),
        (events.ContractChanged(2, "added", ANA), {"revision": 2, "words": digest("added")}),
        (events.BudgetRaised(ANA, "usd", 2.5), {"dimension": "usd", "allowed": 2.5}),
        (events.BudgetRaised(ANA, "turns", None), {"dimension": "turns", "allowed": None}),
        (events.Paused(Reason.OWNER, "", ""), {"reason": "owner"}),
        (events.Finished(Status.COMPLETED, Reason.PROVEN, ""), {"reason": "proven"}),
        (events.Admitted(1), {"slot": 1}),
        (events.Moved(ANA, 3), {"place": 3}),
        (events.Muted(ANA, True), {"on": True}),
    ],
)
def test_a_row_tells_what_an_event_was_about(happened: Event, facts: dict[str, Any]) -> None:
    assert json.loads(details([happened])) == [facts]


def test_every_event_can_stand_in_a_row() -> None:
    told = {type(happened).__name__: details([happened]) for happened, _ in LINES}
    assert set(told) == set(EVENTS)


def test_of_events_with_nothing_to_tell_there_are_no_details() -> None:
    assert details([events.SlotFreed(), events.Resumed(ANA)]) == ""
