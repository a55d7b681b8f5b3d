"""Rows of the outbox that any of several processes may deliver: who does takes a row for itself first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from goals.ports import Delivery, Outgoing
from goals.store import outbox
from goals.store.database import Database
from goals.store.hooks import StoredHooks
from goals.store.outbox import PENDING, StoredOutbox
from goals.store.tables import outbox as rows
from goals.store.tables import process as processes

_HERE = func.split_part(rows.c.lane, ":", 1).not_in(bindparam("elsewhere", expanding=True))
_FREE = or_(
    rows.c.claimed_by == bindparam("me"), rows.c.claimed_by.not_in(select(processes.c.id).scalar_subquery())
)
_ALIVE = (
    select(processes.c.id).where(processes.c.id == bindparam("me")).with_for_update(read=True, key_share=True)
)
_CLAIM = (
    update(rows)
    .where(rows.c.id.in_(bindparam("several", expanding=True)), rows.c.state == PENDING, _FREE)
    .where(rows.c.not_before <= bindparam("now"))
    .values(claimed_by=bindparam("me"))
    .returning(*rows.c)
)

NOWHERE = ("",)
"""An empty list is no list for every database."""


class ClaimedRows:
    """Hands out what is due to this process alone, as long as it is at work.

    `mine` are the rows in question, `me` is the name of this process, `elsewhere` are the platforms for which others
    speak now.
    """

    def __init__(
        self,
        stored: StoredOutbox | StoredHooks,
        database: Database,
        mine: ColumnElement[bool],
        me: Callable[[], str],
        elsewhere: Callable[[], Sequence[str]],
    ) -> None:
        self._stored = stored
        self._database = database
        self._me = me
        self._elsewhere = elsewhere
        self._due = outbox.due_of(mine, _HERE, _FREE)
        self._next = outbox.next_of(mine, _HERE, _FREE)

    async def put(self, new: Sequence[Outgoing]) -> None:
        await self._stored.put(new)

    async def due(self, now: datetime, *, limit: int = 100) -> list[Outgoing]:
        """What is due and not in the hands of another process; it is not claimed."""
        due, _ = await self._looked(now, limit)
        return due

    async def look(self, now: datetime, *, limit: int = 100) -> tuple[list[Outgoing], datetime | None]:
        """What is due and ours from now on, and when the next row will be."""
        due, following = await self._looked(now, limit)
        return (await self._claimed(due, now) if due else []), following

    async def settle(self, row: Outgoing, went: Delivery) -> None:
        """Note how a delivery went; what is to go once more is free for everybody."""
        await self._stored.settle(row, went)

    async def _looked(self, now: datetime, limit: int) -> tuple[list[Outgoing], datetime | None]:
        bound = {"me": self._me(), "elsewhere": [*self._elsewhere()] or NOWHERE}
        return await self._database.read(
            lambda connection: outbox.look(connection, self._due, self._next, now, limit, **bound)
        )

    async def _claimed(self, due: Sequence[Outgoing], now: datetime) -> list[Outgoing]:
        me = {"me": self._me()}
        bound = {**me, "several": [row.id for row in due], "now": now}

        def work(connection: Connection) -> list[Outgoing]:
            if connection.scalar(_ALIVE, me) is None:
                return []
            found = outbox.read(connection, _CLAIM, **bound)
            return sorted(found, key=lambda row: row.id)

        return await self._database.write(work)
