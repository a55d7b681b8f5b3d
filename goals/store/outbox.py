"""What is to be told to the outside: rows written with the change that causes them, delivered in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from goals.ports import HOOK, Delivery, Outgoing
from goals.ports.sharing import Signal, Topic
from goals.store import messages, notes
from goals.store.codec import dump_body, load_body
from goals.store.database import Database
from goals.store.straight import asked, changed
from goals.store.tables import outbox

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in the column for a row that may go at once, so that times compare."""

# Written out rather than bound: only then is the index of open rows used.
PENDING: ColumnElement[str] = literal_column("'pending'")
DEAD: ColumnElement[str] = literal_column("'dead'")

_NEW = insert(outbox)
_ONCE = _NEW.on_conflict_do_nothing(index_elements=["key"])
_IS_PENDING = outbox.c.state == PENDING
_BACKS_OFF = and_(_IS_PENDING, outbox.c.error != "")
_EARLIER = case(
    (outbox.c.not_before < _NEW.excluded.not_before, outbox.c.not_before), else_=_NEW.excluded.not_before
)
_LATER = case(
    (outbox.c.not_before > _NEW.excluded.not_before, outbox.c.not_before), else_=_NEW.excluded.not_before
)
_AGAIN = _NEW.on_conflict_do_update(
    index_elements=["key"],
    set_={
        "state": "pending",
        "body": _NEW.excluded.body,
        "lane": _NEW.excluded.lane,
        "kind": _NEW.excluded.kind,
        "revision": outbox.c.revision + 1,
        "attempts": 0,
        "not_before": case((_BACKS_OFF, _LATER), (_IS_PENDING, _EARLIER), else_=_NEW.excluded.not_before),
        "error": case((_BACKS_OFF, outbox.c.error), else_=""),
    },
)
_FIRST = select(func.min(outbox.c.id)).where(_IS_PENDING).group_by(outbox.c.lane)
IS_HOOK = outbox.c.kind == literal_column(f"'{HOOK}'")
IS_POST = outbox.c.kind != literal_column(f"'{HOOK}'")


def due_of(*mine: ColumnElement[bool]) -> Select[Any]:
    return (
        select(outbox)
        .where(outbox.c.id.in_(_FIRST), outbox.c.not_before <= bindparam("now"), *mine)
        .order_by(outbox.c.id)
        .limit(bindparam("most"))
    )


def next_of(*mine: ColumnElement[bool]) -> Select[Any]:
    return select(func.min(outbox.c.not_before)).where(
        outbox.c.id.in_(_FIRST), outbox.c.not_before > AT_ONCE, *mine
    )


_DUE = due_of(IS_POST)
_NEXT = next_of(IS_POST)
_DEAD = select(outbox).where(outbox.c.state == DEAD).order_by(outbox.c.id)
_UNCHANGED = update(outbox).where(outbox.c.id == bindparam("row"), outbox.c.revision == bindparam("written"))
_SETTLED = _UNCHANGED.where(_IS_PENDING).values(
    state=bindparam("now"),
    settled_at=bindparam("when"),
    error=bindparam("why"),
    attempts=bindparam("tries"),
    claimed_by="",
)
_HELD_BACK = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        outbox.c.revision != bindparam("written"),
        _IS_PENDING,
    )
    .values(
        not_before=case(
            (outbox.c.not_before == bindparam("was"), bindparam("later", type_=outbox.c.not_before.type)),
            else_=outbox.c.not_before,
        ),
        claimed_by="",
    )
)
_RETRIED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), _IS_PENDING)
    .values(
        attempts=outbox.c.attempts + bindparam("failed"),
        not_before=bindparam("later"),
        error=bindparam("why"),
        claimed_by="",
    )
)
_REVIVED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == DEAD)
    .values(state="pending", attempts=0, not_before=AT_ONCE, error="", claimed_by="")
)

State = Literal["sent", "later", "retry", "dead"]


def put(connection: Connection, rows: Sequence[Outgoing]) -> None:
    """Add rows; one whose key is there changes nothing, a standing one becomes due again.

    A standing row that waits already keeps the earlier of both times, one that backs off the later.
    """
    once = [_values(row) for row in rows if not row.key.endswith("*")]
    standing = [_values(row) for row in rows if row.key.endswith("*")]
    changed(connection, _ONCE, *once)
    changed(connection, _AGAIN, *standing)
    for row in rows:
        notes.note(connection, _signal(row))


def settle(connection: Connection, row: Outgoing, went: Delivery) -> None:
    """Note how a delivery went; a standing row that was written again meanwhile stays due, at `went.next_at`.

    One that became due sooner meanwhile keeps that.
    """
    if went.state in ("later", "retry"):
        tried = {"row": row.id, "failed": int(went.state == "retry"), "later": went.next_at}
        connection.execute(_RETRIED, {**tried, "why": went.error or "not delivered"})
        return
    sent = {"row": row.id, "written": row.revision}
    settled = {"now": went.state, "when": went.at, "why": went.error, "tries": row.attempts + 1}
    if changed(connection, _SETTLED, {**sent, **settled}) == 0:
        connection.execute(_HELD_BACK, {**sent, "was": row.not_before or AT_ONCE, "later": went.next_at})


class StoredOutbox:
    """What is for the channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, rows: Sequence[Outgoing]) -> None:
        """Add rows; one whose key is there already changes nothing (a standing row becomes due again)."""
        await self._database.write(lambda connection: put(connection, rows))

    async def due(self, now: datetime, *, limit: int = 100) -> list[Outgoing]:
        """The first undelivered row of each lane that is due, oldest first; dead rows block nothing."""
        return await self._database.read(lambda connection: read(connection, _DUE, now=now, most=limit))

    async def settle(self, row: Outgoing, went: Delivery) -> None:
        """Note how a delivery went, with the message that it became and what follows from it, in one transaction."""

        def work(connection: Connection) -> None:
            settle(connection, row, went)
            if went.posted is not None:
                messages.keep(connection, went.posted)
            put(connection, went.follows)

        await self._database.write(work)

    async def look(self, now: datetime, *, limit: int = 100) -> tuple[list[Outgoing], datetime | None]:
        """What is due, and when the earliest row that waits for its time will be; None when there is none."""
        return await self._database.read(lambda connection: look(connection, _DUE, _NEXT, now, limit))

    async def dead(self) -> list[Outgoing]:
        """The rows that were given up, hooks among them, oldest first."""
        return await self._database.read(lambda connection: read(connection, _DEAD))

    async def retry(self, row_id: int) -> bool:
        """Make a dead row due again, with all its tries; False when it is not dead."""

        def work(connection: Connection) -> bool:
            notes.note(connection, Signal(Topic.POST))
            return connection.execute(_REVIVED, {"row": row_id}).rowcount > 0

        return await self._database.write(work)


def read(connection: Connection, statement: Any, **bound: Any) -> list[Outgoing]:
    return [_outgoing(row) for row in connection.execute(statement, bound)]


def look(
    connection: Connection,
    due: Select[Any],
    following: Select[Any],
    now: datetime,
    most: int,
    **bound: Any,
) -> tuple[list[Outgoing], datetime | None]:
    rows = asked(connection, due, {"now": now, "most": most, **bound})
    return [_outgoing(row) for row in rows], asked(connection, following, bound)[0][0]


def _signal(row: Outgoing) -> Signal:
    if row.kind == HOOK:
        return Signal(Topic.HOOK, at=row.not_before)
    return Signal(Topic.POST, row.lane.partition(":")[0], at=row.not_before)


def _values(row: Outgoing) -> dict[str, Any]:
    return {
        "key": row.key,
        "lane": row.lane,
        "kind": row.kind,
        "goal_id": row.goal_id,
        "body": dump_body(row.body),
        "state": "pending",
        "revision": 0,
        "attempts": 0,
        "not_before": row.not_before or AT_ONCE,
        "settled_at": None,
        "error": "",
    }


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        key=row.key,
        lane=row.lane,
        kind=row.kind,
        body=load_body(row.body),
        goal_id=row.goal_id,
        id=row.id,
        attempts=row.attempts,
        not_before=None if row.not_before == AT_ONCE else row.not_before,
        revision=row.revision,
    )
