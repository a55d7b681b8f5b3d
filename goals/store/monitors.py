"""Whose verifiers are polled, and when: rows that are claimed in a batch, one claimant each, and moved on after a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from goals.domain import patience
from goals.domain.values import Goal
from goals.domain.watching import Point, Polled, Reading, Watched
from goals.ports import Claim, Kept
from goals.ports.sharing import Signal, Topic
from goals.store import notes, readings
from goals.store.codec import dump, load
from goals.store.database import Database
from goals.store.straight import change_each
from goals.store.tables import monitor as monitors

T = TypeVar("T")
TOGETHER = 500
"""Rows that one statement names."""

_OF = monitors.c.goal_id == bindparam("of")
_HELD = monitors.c.slot == bindparam("held")
_SEVERAL = monitors.c.goal_id.in_(bindparam("several", expanding=True))
_DUE = (
    select(monitors)
    .where(monitors.c.next_at <= bindparam("now"))
    .order_by(monitors.c.next_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = update(monitors).where(_OF).values(slot=bindparam("due"), next_at=bindparam("until"))
_CLAIMED = select(monitors.c.goal_id, monitors.c.slot).where(_SEVERAL).with_for_update()
_KEEP = update(monitors).where(_OF).values(next_at=bindparam("next"), slot=None, state=bindparam("shown"))
_FORGET = update(monitors).where(_OF, _HELD).values(next_at=None, slot=None)
_RECOVER = (
    update(monitors)
    .where(monitors.c.slot.is_not(None))
    .values(next_at=monitors.c.slot, slot=None)
    .execution_options(preserve_rowcount=True)
)
_NEXT = select(func.min(monitors.c.next_at))
_POLLED = select(monitors).where(_SEVERAL, monitors.c.next_at.is_not(None))
_NEW = insert(monitors)
_MOVED = {name: _NEW.excluded[name] for name in ("next_at", "slot", "lease", "goal_version")}
_SOONER = _NEW.on_conflict_do_update(index_elements=["goal_id"], set_=_MOVED)
_POLL = _NEW.on_conflict_do_update(
    index_elements=["goal_id"], set_={**_MOVED, "state": _NEW.excluded["state"]}
)
_END = delete(monitors).where(_OF)
_VERSION = update(monitors).where(_OF).values(goal_version=bindparam("version"))


def poll(connection: Connection, goal: Goal, polled: Polled) -> None:
    """Have a goal polled from a time on, whoever looks at it now."""
    row = {
        "goal_id": goal.id,
        "next_at": polled.at,
        "slot": None,
        "lease": patience.of_claim(goal),
        "goal_version": goal.version,
        "state": dump(polled.watched),
    }
    connection.execute(_SOONER if polled.sooner else _POLL, row)
    notes.note(connection, Signal(Topic.MONITOR, goal.id, at=polled.at))


def moved_on(connection: Connection, goal: Goal) -> None:
    """Note that a goal changed, where it is polled; one that has ended is so no more."""
    if goal.status.terminal:
        connection.execute(_END, {"of": goal.id})
    else:
        connection.execute(_VERSION, {"of": goal.id, "version": goal.version})


def remember(connection: Connection, goal: Goal) -> None:
    """Make the newest check of a monitor part of its past, if it is not that already."""
    if last := _last(goal.watched):
        readings.keep(connection, {goal.id: last})


class StoredMonitors:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, now: datetime, limit: int) -> list[Claim]:
        """Take at most so many that are due, the longest overdue first; nobody else gets them meanwhile.

        A claim ends with `keep`, `forget` or a change of the goal that says when it is polled next; where none of
        them comes while its verifiers' time limits allow, it is due again.
        """
        return await self._database.write(lambda connection: _claim(connection, now, limit))

    async def keep(self, looks: Sequence[Kept]) -> None:
        """Store looks in one transaction; one whose claim is over changes nothing."""
        await self._database.write(lambda connection: _keep(connection, looks))

    async def forget(self, goal_id: str, slot: datetime) -> None:
        """Poll a goal no more until a change of it says when, and keep what was shown; a claim that is over changes
        nothing.
        """
        await self._database.write(
            lambda connection: connection.execute(_FORGET, {"of": goal_id, "held": slot})
        )

    async def recover(self) -> int:
        """Make due at once what a process that is gone had claimed. Returns how many that were."""
        return await self._database.write(lambda connection: connection.execute(_RECOVER).rowcount)

    async def next_at(self) -> datetime | None:
        """When the earliest is due, or its claim over; None where nothing is polled."""
        return await self._database.read(lambda connection: connection.scalar(_NEXT))

    async def polled(self, goal_ids: Sequence[str]) -> dict[str, Polled]:
        """When those of the goals that are polled are looked at next, and what they have shown.

        One that is looked at just now was due at that time.
        """
        return await self._database.read(lambda connection: _polled(connection, goal_ids))

    async def history(self, goal_id: str) -> list[Point]:
        """A goal's past, oldest first."""
        return await self._database.read(lambda connection: readings.history(connection, goal_id))


def _claim(connection: Connection, now: datetime, limit: int) -> list[Claim]:
    rows = connection.execute(_DUE, {"now": now, "most": limit}).all()
    if rows:
        until = [now + timedelta(seconds=row.lease) for row in rows]
        taken = zip(rows, until, strict=True)
        named = [{"of": row.goal_id, "due": row.next_at, "until": at} for row, at in taken]
        change_each(connection, _CLAIM, named)
    return [Claim(row.goal_id, row.goal_version, row.next_at, load(Watched, row.state)) for row in rows]


def _keep(connection: Connection, looks: Sequence[Kept]) -> None:
    for some in _some(looks):
        names = {"several": [look.goal_id for look in some]}
        held = {row.goal_id: row.slot for row in connection.execute(_CLAIMED, names)}
        mine = [look for look in some if held.get(look.goal_id) == look.slot]
        if mine:
            change_each(connection, _KEEP, [_shown(look) for look in mine])
            readings.keep(connection, {look.goal_id: look.reading for look in mine if look.reading})


def _some(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + TOGETHER] for start in range(0, len(values), TOGETHER))


def _shown(look: Kept) -> dict[str, Any]:
    return {"of": look.goal_id, "next": look.next_at, "shown": dump(look.watched)}


def _polled(connection: Connection, goal_ids: Sequence[str]) -> dict[str, Polled]:
    found: dict[str, Polled] = {}
    for some in _some(goal_ids):
        rows = connection.execute(_POLLED, {"several": list(some)})
        found |= {row.goal_id: Polled(_due(row), load(Watched, row.state)) for row in rows}
    return found


def _due(row: Row[Any]) -> datetime:
    at: datetime = row.slot or row.next_at
    return at


def _last(watched: Watched) -> Reading | None:
    """The newest check as a reading."""
    if watched.checked_at is None:
        return None
    if watched.broken:
        return Reading(watched.checked_at, None)
    return Reading(watched.checked_at, watched.met, value=watched.value)
