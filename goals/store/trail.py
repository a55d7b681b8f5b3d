"""Writes the trail: the row that seals a change, and those about drafts and channels, which are no goals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from goals.domain import trail
from goals.domain.trail import ITSELF, StoredText, TrailRow
from goals.domain.values import Person
from goals.ports import Change
from goals.store.engines import kept
from goals.store.straight import changed
from goals.store.tables import chain as chains
from goals.store.tables import trail as trails

_ADD = insert(trails)
_COLUMNS = [field.name for field in fields(TrailRow)]
_BEGIN = insert_once(chains).on_conflict_do_nothing()
_END = select(chains.c.seq, chains.c.hash).where(chains.c.subject == bindparam("of")).with_for_update()
_GO_ON = update(chains).where(chains.c.subject == bindparam("of"))


def is_due(change: Change, before: str) -> bool:
    """A row is written for every act of a person, every change of status and all else that happened."""
    return change.by is not None or change.goal.status != before or bool(change.events)


def next_row(
    connection: Connection,
    change: Change,
    at: datetime,
    *,
    seq: int,
    before: str,
    previous: str,
    stored: Sequence[StoredText] = (),
) -> TrailRow:
    """The row for a change, sealed with the hash of the row before (empty for the first), over its events."""
    who, platform = _who(connection, change.by)
    row = TrailRow(
        goal_id=change.goal.id,
        seq=seq,
        at=at.astimezone(UTC),
        who=who,
        platform=platform,
        what=" ".join(type(event).__name__ for event in change.events),
        before=before,
        after=change.goal.status.value,
        hash="",
        details=kept(connection, trail.details(change.events)),
        event_seq=stored[-1].seq if stored else 0,
        events=trail.events_digest(stored) if stored else "",
    )
    return replace(row, hash=trail.sealed(row, previous))


def add(connection: Connection, row: TrailRow) -> None:
    changed(connection, _ADD, {name: getattr(row, name) for name in _COLUMNS})


def append(
    connection: Connection,
    subject: str,
    what: str,
    by: Person | None,
    at: datetime,
    *,
    before: str,
    after: str,
    **facts: Any,
) -> None:
    """Add a row to the trail of a draft or a channel."""
    connection.execute(_BEGIN, {"subject": subject, "seq": 0, "hash": ""})
    seq, previous = connection.execute(_END, {"of": subject}).one()
    who, platform = _who(connection, by)
    row = TrailRow(
        goal_id=kept(connection, subject),
        seq=seq + 1,
        at=at.astimezone(UTC),
        who=who,
        platform=platform,
        what=what,
        before=before,
        after=after,
        hash="",
        details=json.dumps([facts], sort_keys=True, separators=(",", ":")) if facts else "",
    )
    row = replace(row, hash=trail.sealed(row, previous))
    add(connection, row)
    connection.execute(_GO_ON, {"of": subject, "seq": row.seq, "hash": row.hash})


def _who(connection: Connection, by: Person | None) -> tuple[str, str]:
    """Who did it, and through which platform."""
    return (kept(connection, by.id), kept(connection, by.platform)) if by else (ITSELF, "")
