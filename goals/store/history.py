"""What happened to a goal, told afterwards: its events, its trail, its approvals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from goals.domain.events import Event
from goals.domain.trail import StoredText, Trail, TrailRow
from goals.domain.values import Approval, ApprovalStatus
from goals.ports import StoredEvent
from goals.store import approvals
from goals.store.codec import dump, load_event
from goals.store.database import Database
from goals.store.engines import kept
from goals.store.straight import changed
from goals.store.tables import chain, event, goal, trail

_NEW = insert(event)
_EVENTS = (
    select(event)
    .where(event.c.goal_id == bindparam("of"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
)
_DOCUMENTS = select(event.c.seq, event.c.at, event.c.name, event.c.document).where(
    event.c.goal_id == bindparam("of")
)
_TRAIL = select(trail).where(trail.c.goal_id == bindparam("of")).order_by(trail.c.seq)

# The rows and where they must end, as they stand at one moment.
_WITH_END = tuple(
    select(end.c[seq].label("last_seq"), end.c[hash_].label("last_hash"), *trail.c)
    .select_from(end.outerjoin(trail, trail.c.goal_id == end.c[key]))
    .where(end.c[key] == bindparam("of"))
    .order_by(trail.c.seq)
    for end, key, seq, hash_ in ((goal, "id", "trail_seq", "trail_hash"), (chain, "subject", "seq", "hash"))
)


def stored(connection: Connection, events: Sequence[Event], *, after: int, at: datetime) -> list[StoredText]:
    """Events as they will stand behind number `after` of their goal."""
    at = at.astimezone(UTC)
    return [
        StoredText(seq, at, type(each).__name__, kept(connection, dump(each)))
        for seq, each in enumerate(events, start=after + 1)
    ]


def keep(connection: Connection, goal_id: str, events: Sequence[StoredText]) -> None:
    rows = ({"goal_id": goal_id, **_columns(each)} for each in events)
    changed(connection, _NEW, *rows)


def _columns(event: StoredText) -> dict[str, Any]:
    return {"seq": event.seq, "at": event.at, "name": event.name, "document": event.document}


class StoredHistory:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def events(self, goal_id: str, *, after: int = 0) -> list[StoredEvent]:
        """All of the goal's events behind number `after`, oldest first."""
        bound = {"of": goal_id, "after": after}
        return await self._database.read(
            lambda connection: [_event(row) for row in connection.execute(_EVENTS, bound)]
        )

    async def trail(self, goal_id: str) -> list[TrailRow]:
        """Who did what, oldest first."""
        return await self._database.read(
            lambda connection: [_trail(row) for row in connection.execute(_TRAIL, {"of": goal_id})]
        )

    async def kept(self, subject: str) -> Trail | None:
        """The whole trail of a goal, a draft (`draft:ID`) or a channel (`local:demo`), with what it seals."""
        return await self._database.read(lambda connection: _kept(connection, subject))

    async def approvals(self, goal_id: str, *, status: ApprovalStatus | None = None) -> list[Approval]:
        """The goal's approvals, oldest first."""
        return await self._database.read(lambda connection: approvals.of_goal(connection, goal_id, status))

    async def open_approvals(self) -> list[Approval]:
        """Every goal's, oldest first."""
        return await self._database.read(approvals.open_ones)

    async def approvals_of(self, goal_ids: Sequence[str]) -> dict[str, list[Approval]]:
        """Those of many goals in one question, oldest first."""
        return await self._database.read(lambda connection: approvals.of_goals(connection, goal_ids))

    async def approval(self, approval_id: str) -> Approval | None:
        return await self._database.read(lambda connection: approvals.one(connection, approval_id))


def _event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(row.goal_id, row.seq, row.at, load_event(row.name, row.document))


def _trail(row: Row[Any]) -> TrailRow:
    return TrailRow(
        row.goal_id, row.seq, row.at, row.who, row.what, row.platform, row.before, row.after, row.hash,
        row.details, row.event_seq, row.events,
    )  # fmt: skip


def _kept(connection: Connection, subject: str) -> Trail | None:
    found = [row for question in _WITH_END for row in connection.execute(question, {"of": subject})]
    if not found:
        return None
    rows = tuple(_trail(row) for row in found if row.seq is not None)
    # Read behind the rows: what they seal is there by then.
    told = connection.execute(_DOCUMENTS, {"of": subject})
    return Trail(
        subject, rows, found[0].last_seq, found[0].last_hash, {one.seq: StoredText(*one) for one in told}
    )
