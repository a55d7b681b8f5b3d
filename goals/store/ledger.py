"""What model calls used: reserved before a call, settled after it, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from goals.domain.usage import Purpose, Reservation, Totals, Usage, totals
from goals.store.database import Database
from goals.store.tables import reservation, usage

_RESERVE = insert(reservation).on_conflict_do_nothing(index_elements=["id"])
_BOOK = insert(usage).on_conflict_do_nothing(index_elements=["reservation_id"])
_CLOSE = delete(reservation).where(reservation.c.id == bindparam("reserved"))
_OPEN = select(reservation).where(reservation.c.goal_id == bindparam("of"))
_BOOKED = (
    select(
        usage.c.model,
        usage.c.purpose,
        func.sum(usage.c.fresh).label("fresh"),
        func.sum(usage.c.cached).label("cached"),
        func.sum(usage.c.output).label("output"),
        func.sum(usage.c.usd).label("usd"),
        func.sum(case((usage.c.estimated, 1), else_=0)).label("estimated"),
    )
    .where(usage.c.goal_id == bindparam("of"))
    .group_by(usage.c.model, usage.c.purpose)
    .order_by(func.min(usage.c.id))
)


def book(connection: Connection, reservation_id: str, goal_id: str, used: Usage, at: datetime) -> None:
    """Add a settled call and close its reservation; doing it again changes nothing."""
    row = {
        "goal_id": goal_id,
        "reservation_id": reservation_id,
        "model": used.model,
        "purpose": used.purpose.value,
        "fresh": used.fresh,
        "cached": used.cached,
        "output": used.output,
        "usd": used.usd,
        "estimated": used.estimated,
        "at": at,
    }
    connection.execute(_BOOK, row)
    connection.execute(_CLOSE, {"reserved": reservation_id})


def book_open(connection: Connection, goal_id: str, at: datetime) -> int:
    """Book in full what was reserved and never settled."""
    left = _reservations(connection, goal_id)
    for one in left:
        book(connection, one.id, goal_id, Usage(one.model, one.purpose, one.tokens, 0, 0, one.usd, True), at)
    return len(left)


class StoredLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, reservation: Reservation) -> None:
        """Store the worst case of a call before it is made."""
        row = {
            "id": reservation.id,
            "goal_id": reservation.goal_id,
            "model": reservation.model,
            "purpose": reservation.purpose.value,
            "tokens": reservation.tokens,
            "usd": reservation.usd,
            "at": reservation.at,
        }
        await self._database.write(lambda connection: connection.execute(_RESERVE, row))

    async def settle(self, reservation_id: str, goal_id: str, usage: Usage, at: datetime) -> None:
        """Book a call and close its reservation; doing it again changes nothing."""
        await self._database.write(lambda connection: book(connection, reservation_id, goal_id, usage, at))

    async def settle_open(self, goal_id: str, at: datetime) -> int:
        """Book what a crash left open in full, marked estimated. Returns how many calls that were."""
        return await self._database.write(lambda connection: book_open(connection, goal_id, at))

    async def totals(self, goal_id: str) -> Totals:
        return await self._database.read(lambda connection: _totals(connection, goal_id))


def _totals(connection: Connection, goal_id: str) -> Totals:
    rows = [
        Usage(
            row.model,
            Purpose(row.purpose),
            int(row.fresh),
            int(row.cached),
            int(row.output),
            row.usd,
            row.estimated > 0,
        )
        for row in connection.execute(_BOOKED, {"of": goal_id})
    ]
    return totals(rows, _reservations(connection, goal_id))


def _reservations(connection: Connection, goal_id: str) -> list[Reservation]:
    found = connection.execute(_OPEN, {"of": goal_id})
    return [
        Reservation(row.id, row.goal_id, row.model, Purpose(row.purpose), row.tokens, row.usd, row.at)
        for row in found
    ]
