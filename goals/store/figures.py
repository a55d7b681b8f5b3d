"""What the rows of the store come to, for whoever watches the bot: goals, what is to be delivered, what models used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, literal_column, select

from goals.domain.parts import Part
from goals.domain.usage import Purpose, Usage
from goals.domain.values import UNFINISHED, Mode, Status
from goals.store import attendance
from goals.store.database import Database
from goals.store.ledger import SUMS, both, usage_of
from goals.store.outbox import DEAD, IS_HOOK, PENDING
from goals.store.tables import goal, outbox, usage

LAG = 1_000
"""Rows of usage that are summed anew each time: of calls that end at once the later number may be seen first."""

_STATUSES: list[ColumnElement[str]] = [literal_column(f"'{status.value}'") for status in UNFINISHED]
_GOALS = select(goal.c.status, func.count()).group_by(goal.c.status)
_UNFINISHED = (
    select(goal.c.status, goal.c.mode, func.count())
    .where(goal.c.status.in_(_STATUSES))
    .group_by(goal.c.status, goal.c.mode)
)
_ONCE = case((~outbox.c.key.like("%*"), outbox.c.id))
_PENDING = select(IS_HOOK, func.count(), func.min(_ONCE)).where(outbox.c.state == PENDING).group_by(IS_HOOK)
_DEAD = select(IS_HOOK, func.count()).where(outbox.c.state == DEAD).group_by(IS_HOOK)
_LAST = select(func.coalesce(func.max(usage.c.id), 0))
_USED = (
    select(*SUMS)
    .where(usage.c.id > bindparam("after"), usage.c.id <= bindparam("upto"))
    .group_by(usage.c.model, usage.c.purpose)
    .order_by(func.min(usage.c.id))
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Rows of the outbox that wait and that were given up; `oldest` is the number of the oldest that waits, of those
    that are delivered only once.
    """

    pending: int = 0
    dead: int = 0
    oldest: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`used` is the sum of every settled call by model and purpose, those that were used first before others;
    `processes` how many do each part of the work, where several share the store.
    """

    goals: Mapping[Status, int]
    unfinished: Mapping[tuple[Status, Mode], int]
    posts: Undelivered = Undelivered()
    hooks: Undelivered = Undelivered()
    used: Sequence[Usage] = ()
    processes: Mapping[Part, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summed:
    """The sums of all usage up to the row with the number `last`."""

    last: int = 0
    used: Mapping[tuple[str, Purpose], Usage] = field(default_factory=dict)


class StoredFigures:
    def __init__(self, database: Database, *, shared: bool = False) -> None:
        self._database = database
        self._shared = shared
        self._summed = Summed()

    async def read(self) -> Figures:
        """The figures of now. The first question sums all usage, every later one what was added since.

        Raises StoreUnavailable.
        """
        figures, self._summed = await self._database.read(
            lambda connection: _read(connection, self._summed, self._shared)
        )
        return figures


def _read(connection: Connection, known: Summed, shared: bool) -> tuple[Figures, Summed]:
    last = connection.execute(_LAST).scalar_one()
    summed = _with(connection, known, max(known.last, last - LAG))
    figures = Figures(
        {Status(status): count for status, count in connection.execute(_GOALS)},
        {(Status(status), Mode(mode)): count for status, mode, count in connection.execute(_UNFINISHED)},
        *_undelivered(connection),
        tuple(_with(connection, summed, last).used.values()),
        attendance.processes(connection) if shared else {},
    )
    return figures, summed


def _with(connection: Connection, known: Summed, upto: int) -> Summed:
    rows = connection.execute(_USED, {"after": known.last, "upto": upto})
    return Summed(upto, _added(known.used, map(usage_of, rows)))


def _added(
    known: Mapping[tuple[str, Purpose], Usage], new: Iterable[Usage]
) -> Mapping[tuple[str, Purpose], Usage]:
    used = dict(known)
    for one in new:
        which = (one.model, one.purpose)
        used[which] = both(used[which], one) if which in used else one
    return used


def _undelivered(connection: Connection) -> tuple[Undelivered, Undelivered]:
    """Posts, then hooks."""
    pending = {bool(hook): (count, oldest) for hook, count, oldest in connection.execute(_PENDING)}
    dead = {bool(hook): count for hook, count in connection.execute(_DEAD)}
    posts, hooks = (
        Undelivered(pending.get(kind, (0, None))[0], dead.get(kind, 0), pending.get(kind, (0, None))[1])
        for kind in (False, True)
    )
    return posts, hooks
