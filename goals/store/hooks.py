"""The outbox's rows that are hooks: delivered by themselves, each end of one in the trail, readable by goal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from goals.domain.hooks import Hook, HookState, Moment
from goals.domain.values import Person
from goals.ports import Delivery, Outgoing
from goals.ports.sharing import Signal, Topic
from goals.store import notes, outbox, trail
from goals.store.codec import load_body
from goals.store.database import Database
from goals.store.outbox import AT_ONCE, DEAD, IS_HOOK
from goals.store.tables import outbox as rows

_DUE = outbox.due_of(IS_HOOK)
_NEXT = outbox.next_of(IS_HOOK)
_ONE = select(rows).where(rows.c.id == bindparam("row"), IS_HOOK)
_LATEST = select(rows).where(IS_HOOK).order_by(rows.c.id.desc()).limit(bindparam("most"))
_OF_GOAL = _LATEST.where(rows.c.goal_id == bindparam("of"))
_OPEN = _LATEST.where(rows.c.state.in_((outbox.PENDING, DEAD)))
_GIVEN_UP = select(rows).where(rows.c.state == DEAD, IS_HOOK).order_by(rows.c.id)
_ENDED = (
    update(rows)
    .where(rows.c.id == bindparam("row"), rows.c.state == outbox.PENDING)
    .values(
        state=bindparam("now"),
        settled_at=bindparam("when"),
        error=bindparam("why"),
        attempts=rows.c.attempts + 1,
    )
    .execution_options(preserve_rowcount=True)
)
_REVIVED = (
    update(rows)
    .where(rows.c.id == bindparam("row"), rows.c.state == DEAD, IS_HOOK)
    .values(
        state="pending",
        attempts=0,
        not_before=AT_ONCE,
        error="",
        settled_at=None,
        claimed_by="",
        revision=rows.c.revision + 1,
    )
    .execution_options(preserve_rowcount=True)
)

ENDS = {"sent": "HookFired", "dead": "HookGivenUp"}


def trail_of(goal_id: str) -> str:
    """The subject under which the trail keeps what became of a goal's hooks."""
    return f"hooks:{goal_id}"


class StoredHooks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, new: Sequence[Outgoing]) -> None:
        await self._database.write(lambda connection: outbox.put(connection, new))

    async def due(self, now: datetime, *, limit: int = 100) -> list[Outgoing]:
        """The hooks that are due, oldest first."""
        return await self._database.read(
            lambda connection: outbox.read(connection, _DUE, now=now, most=limit)
        )

    async def look(self, now: datetime, *, limit: int = 100) -> tuple[list[Outgoing], datetime | None]:
        return await self._database.read(lambda connection: outbox.look(connection, _DUE, _NEXT, now, limit))

    async def settle(self, row: Outgoing, went: Delivery) -> None:
        """Note how a delivery went. One that has ended is in the trail, once; what follows is put with it."""

        def work(connection: Connection) -> None:
            if went.state in ENDS:
                _end(connection, row, went)
            else:
                outbox.settle(connection, row, went)

        await self._database.write(work)

    async def states(self, goal_id: str = "", *, limit: int = 500) -> list[HookState]:
        question, of = (_OF_GOAL, {"of": goal_id}) if goal_id else (_OPEN, {})
        return await self._database.read(
            lambda connection: [
                _state(row) for row in reversed(connection.execute(question, {**of, "most": limit}).all())
            ]
        )

    async def given_up(self) -> list[Outgoing]:
        """Oldest first."""
        return await self._database.read(lambda connection: outbox.read(connection, _GIVEN_UP))

    async def row(self, row_id: int) -> Outgoing | None:
        found = await self._database.read(lambda connection: outbox.read(connection, _ONE, row=row_id))
        return found[0] if found else None

    async def retry(
        self, row: Outgoing, by: Person, at: datetime, *, follows: Sequence[Outgoing] = ()
    ) -> bool:
        """Make one that was given up due again, with all its tries; False when it is not given up."""

        def work(connection: Connection) -> bool:
            if connection.execute(_REVIVED, {"row": row.id}).rowcount == 0:
                return False
            _note(connection, row, "HookRetried", by, at, before="dead", after="pending")
            notes.note(connection, Signal(Topic.HOOK))
            outbox.put(connection, follows)
            return True

        return await self._database.write(work)


def _end(connection: Connection, row: Outgoing, went: Delivery) -> None:
    ended = {"row": row.id, "now": went.state, "when": went.at, "why": went.error}
    if connection.execute(_ENDED, ended).rowcount:
        _note(connection, row, ENDS[went.state], None, went.at, before="pending", after=went.state)
        outbox.put(connection, went.follows)


def _note(
    connection: Connection,
    row: Outgoing,
    what: str,
    by: Person | None,
    at: datetime,
    *,
    before: str,
    after: str,
) -> None:
    how = Hook(**row.body["hook"]).how
    subject = trail_of(row.goal_id)
    trail.append(connection, subject, what, by, at, before=before, after=after, key=row.key, hook=how)


def _state(row: Row[Any]) -> HookState:
    body = load_body(row.body)
    waits = None if row.not_before == AT_ONCE else row.not_before
    return HookState(
        row=row.id,
        goal_id=row.goal_id,
        key=row.key,
        event=body["of"],
        moment=Moment(body["moment"]),
        how=Hook(**body["hook"]).how,
        state=row.state,
        attempts=row.attempts,
        error=row.error,
        at=row.settled_at or waits,
    )
