"""What model calls used: reserved before a call, settled after it, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from goals.domain.errors import StaleGoal
from goals.domain.usage import Purpose, Reservation, Totals, Usage, totals
from goals.domain.values import Step
from goals.store import steps
from goals.store.database import Database
from goals.store.straight import asked, changed
from goals.store.tables import reservation, usage

_RESERVE = insert(reservation).on_conflict_do_nothing(index_elements=["id"])
_BOOK = insert(usage).on_conflict_do_nothing(index_elements=["reservation_id"])
_CLOSE = delete(reservation).where(reservation.c.id == bindparam("reserved"))
_OPEN = select(reservation).where(reservation.c.goal_id == bindparam("of"))
SUMS = (
    usage.c.model,
    usage.c.purpose,
    func.sum(usage.c.fresh).label("fresh"),
    func.sum(usage.c.cached).label("cached"),
    func.sum(usage.c.output).label("output"),
    func.sum(usage.c.usd).label("usd"),
    func.sum(case((usage.c.estimated, 1), else_=0)).label("estimated"),
    func.max(usage.c.id).label("last"),
)
_BOOKED = (
    select(*SUMS)
    .where(usage.c.goal_id == bindparam("of"), usage.c.id > bindparam("after"))
    .group_by(usage.c.model, usage.c.purpose)
    .order_by(func.min(usage.c.id))
)
_BOOKED_OF = (
    select(usage.c.goal_id, *SUMS)
    .where(usage.c.goal_id.in_(bindparam("of", expanding=True)))
    .group_by(usage.c.goal_id, usage.c.model, usage.c.purpose)
    .order_by(func.min(usage.c.id))
)
_OPEN_OF = select(reservation).where(reservation.c.goal_id.in_(bindparam("of", expanding=True)))

REMEMBERED = 200
"""Goals."""


@dataclass(frozen=True, slots=True)
class Summed:
    """The sums of a goal's usage by model and purpose, up to the row with the number `last`."""

    last: int = 0
    rows: Mapping[tuple[str, Purpose], Usage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    open: Sequence[Reservation]
    summed: Summed


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
    changed(connection, _BOOK, row)
    changed(connection, _CLOSE, {"reserved": reservation_id})


def book_open(connection: Connection, goal_id: str, at: datetime) -> int:
    """Book in full what was reserved and never settled."""
    left = _reservations(connection, goal_id)
    for one in left:
        book(connection, one.id, goal_id, Usage(one.model, one.purpose, one.tokens, 0, 0, one.usd, True), at)
    return len(left)


class StoredLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._summed: dict[str, Summed] = {}

    async def reserve(self, reservation: Reservation, before: Sequence[Step] = ()) -> None:
        """Store the worst case of a call, and the steps that lead to it, before it is made. Raises StaleGoal, with
        nothing stored, when the goal's epoch is no longer the steps'.
        """
        row = {
            "id": reservation.id,
            "goal_id": reservation.goal_id,
            "model": reservation.model,
            "purpose": reservation.purpose.value,
            "tokens": reservation.tokens,
            "usd": reservation.usd,
            "at": reservation.at,
        }

        def work(connection: Connection) -> None:
            steps.append(connection, reservation.goal_id, *before)
            changed(connection, _RESERVE, row)

        await self._database.write(work)

    async def settle(
        self, reservation_id: str, goal_id: str, usage: Usage, at: datetime, *, replies: Sequence[Step] = ()
    ) -> Totals:
        """Book a call and close its reservation; doing it again changes nothing. Returns the goal's totals.

        The answer's steps, `replies`, are stored in the same transaction; raises StaleGoal, with the call booked all
        the same, when the goal's epoch is no longer theirs.
        """

        def work(connection: Connection) -> Found:
            steps.append(connection, goal_id, *replies)
            book(connection, reservation_id, goal_id, usage, at)
            return self._find(connection, goal_id)

        try:
            return self._remember(goal_id, await self._database.write(work))
        except StaleGoal:
            await self._database.write(
                lambda connection: book(connection, reservation_id, goal_id, usage, at)
            )
            raise

    async def settle_open(self, goal_id: str, at: datetime) -> int:
        """Book what a crash left open in full, marked estimated. Returns how many calls that were."""
        return await self._database.write(lambda connection: book_open(connection, goal_id, at))

    async def totals(self, goal_id: str) -> Totals:
        return self._remember(
            goal_id, await self._database.read(lambda connection: self._find(connection, goal_id))
        )

    async def totals_of(self, goal_ids: Sequence[str]) -> dict[str, Totals]:
        """Those of many goals, whatever their number in two questions."""

        def ask(connection: Connection) -> dict[str, Totals]:
            rows: dict[str, list[Usage]] = {goal_id: [] for goal_id in goal_ids}
            open_: dict[str, list[Reservation]] = {goal_id: [] for goal_id in goal_ids}
            for row in connection.execute(_BOOKED_OF, {"of": list(goal_ids)}):
                rows[row.goal_id].append(usage_of(row))
            for row in connection.execute(_OPEN_OF, {"of": list(goal_ids)}):
                open_[row.goal_id].append(_reserved(row))
            return {goal_id: totals(rows[goal_id], open_[goal_id]) for goal_id in goal_ids}

        return await self._database.read(ask)

    def _find(self, connection: Connection, goal_id: str) -> Found:
        """Only what was booked since the last time is summed: rows never change."""
        open_ = _reservations(connection, goal_id)
        return Found(open_, summed(connection, goal_id, self._summed.get(goal_id, Summed())))

    def _remember(self, goal_id: str, found: Found) -> Totals:
        """While a call is open, its row may still come before the last one that was seen."""
        before = self._summed.pop(goal_id, Summed())
        self._summed[goal_id] = before if found.open or found.summed.last < before.last else found.summed
        if len(self._summed) > REMEMBERED:
            self._summed.pop(next(iter(self._summed)))
        return totals(found.summed.rows.values(), found.open)


def summed(connection: Connection, goal_id: str, known: Summed) -> Summed:
    """What is known, with what was booked since."""
    rows, last = dict(known.rows), known.last
    for row in asked(connection, _BOOKED, {"of": goal_id, "after": known.last}):
        new = usage_of(row)
        which = (new.model, new.purpose)
        rows[which] = both(rows[which], new) if which in rows else new
        last = max(last, row.last)
    return Summed(last, rows)


def usage_of(row: Any) -> Usage:
    return Usage(
        row.model,
        Purpose(row.purpose),
        int(row.fresh),
        int(row.cached),
        int(row.output),
        row.usd,
        row.estimated > 0,
    )


def both(one: Usage, other: Usage) -> Usage:
    priced = [usd for usd in (one.usd, other.usd) if usd is not None]
    return replace(
        one,
        fresh=one.fresh + other.fresh,
        cached=one.cached + other.cached,
        output=one.output + other.output,
        usd=sum(priced) if priced else None,
        estimated=one.estimated or other.estimated,
    )


def _reservations(connection: Connection, goal_id: str) -> list[Reservation]:
    return [_reserved(row) for row in asked(connection, _OPEN, {"of": goal_id})]


def _reserved(row: Any) -> Reservation:
    return Reservation(row.id, row.goal_id, row.model, Purpose(row.purpose), row.tokens, row.usd, row.at)
