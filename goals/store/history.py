"""What happened to a goal, told afterwards: its events, its trail, its approvals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from goals.domain.events import Event
from goals.domain.values import Approval, ApprovalStatus
from goals.ports import StoredEvent, TrailRow
from goals.store import approvals
from goals.store.codec import dump, load_event
from goals.store.database import Database
from goals.store.tables import event, trail

_NEW = insert(event)
_EVENTS = (
    select(event)
    .where(event.c.goal_id == bindparam("of"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
)
_TRAIL = select(trail).where(trail.c.goal_id == bindparam("of")).order_by(trail.c.seq)


def keep(connection: Connection, goal_id: str, events: Sequence[Event], *, after: int, at: datetime) -> None:
    """Store events behind number `after` of their goal."""
    rows = [
        {"goal_id": goal_id, "seq": seq, "at": at, "name": type(each).__name__, "document": dump(each)}
        for seq, each in enumerate(events, start=after + 1)
    ]
    if rows:
        connection.execute(_NEW, rows)


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
        row.goal_id, row.seq, row.at, row.who, row.what, row.platform, row.before, row.after, row.hash
    )
