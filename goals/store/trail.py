"""Who did what to a goal, in rows of which each seals the one before: altering one breaks the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from goals.domain.values import Person
from goals.ports import Change, TrailRow
from goals.store.columns import storable

ITSELF = "goalward"


def is_due(change: Change, before: str) -> bool:
    """A row is written for every act of a person and for every change of status."""
    return change.by is not None or change.goal.status != before


def next_row(change: Change, at: datetime, *, seq: int, before: str, previous: str) -> TrailRow:
    """The row for a change, sealed with the hash of the row before (empty for the first)."""
    who = change.by or Person(ITSELF, platform="")
    row = TrailRow(
        goal_id=change.goal.id,
        seq=seq,
        at=at.astimezone(UTC),
        who=storable(who.id),
        what=" ".join(type(event).__name__ for event in change.events),
        platform=storable(who.platform),
        before=before,
        after=change.goal.status.value,
        hash="",
    )
    return replace(row, hash=sealed(row, previous))


def sealed(row: TrailRow, previous: str) -> str:
    """sha256 over the previous row's hash and the row as canonical JSON, in hex."""
    said: dict[str, Any] = {
        "goal": row.goal_id,
        "seq": row.seq,
        "at": row.at.isoformat(timespec="microseconds"),
        "who": row.who,
        "what": row.what,
        "platform": row.platform,
        "before": row.before,
        "after": row.after,
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


def first_broken(rows: Sequence[TrailRow]) -> int | None:
    """The number of the first row of a goal's whole trail that does not follow; None when the chain holds."""
    previous = ""
    for number, row in enumerate(rows, start=1):
        if row.seq != number or row.hash != sealed(row, previous):
            return number
        previous = row.hash
    return None
