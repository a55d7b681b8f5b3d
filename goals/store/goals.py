"""Where goals live: load one, find many, ask the queue and the alarms; `record` is how one changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Tuple,
    bindparam,
    func,
    literal,
    literal_column,
    not_,
    null,
    select,
    tuple_,
    union_all,
)

from goals.domain.values import UNFINISHED, Goal, Mode, Status
from goals.ports import Change, Outgoing, Standing
from goals.store import record
from goals.store.codec import load
from goals.store.database import Database
from goals.store.straight import asked
from goals.store.tables import disabled_channel as disabled
from goals.store.tables import goal as goals
from goals.store.tables import slot as slots

# Written out rather than bound: only then is the index of queued goals used.
_QUEUED: ColumnElement[str] = literal_column("'queued'")
_IS_QUEUED = goals.c.status == _QUEUED

_LOAD = select(goals.c.document).where(goals.c.id == bindparam("of"))
_NEWER = _LOAD.where(goals.c.version != bindparam("known"))
_QUEUE = (
    select(goals.c.document)
    .where(_IS_QUEUED, goals.c.channel_key == bindparam("channel"))
    .order_by(goals.c.front.desc(), goals.c.priority.desc(), goals.c.place, goals.c.id)
    .limit(bindparam("most"))
)
_IS_OFF = select(disabled.c.channel_key).where(disabled.c.channel_key == bindparam("channel")).exists()
_DRIVEN = select(goals.c.id).where(
    goals.c.status == literal_column("'active'"), goals.c.mode == literal_column("'drive'")
)
_SEVERAL = select(goals.c.document).where(goals.c.id.in_(bindparam("several", expanding=True)))
_ACTIVE = select(goals.c.id).where(
    goals.c.id.in_(bindparam("several", expanding=True)), goals.c.status == literal_column("'active'")
)
_NEXT_QUEUED = _QUEUE.where(~_IS_OFF)


@cache
def _found(equal: tuple[str, ...], statuses: tuple[Status, ...]) -> Select[str]:
    """The newest goals with values in these columns that are bound as `of_COLUMN`, in one of the statuses if there
    are any. Made once for each question: making it takes longer than to answer it.
    """
    query = select(goals.c.document).where(*(goals.c[name] == bindparam(f"of_{name}") for name in equal))
    if statuses:
        query = query.where(goals.c.status.in_([status.value for status in statuses]))
    newest = (goals.c.created_at.desc(), goals.c.id.desc())
    return query.order_by(*newest).limit(bindparam("most"))


def _order(row: FromClause) -> Tuple:
    """Sorts the first in line first."""
    return tuple_(not_(row.c.front), -row.c.priority, row.c.place, row.c.id)


_MINE, _THEIRS = goals.alias("mine"), goals.alias("theirs")
_PLACE = select(func.count()).where(
    _MINE.c.id == bindparam("of"),
    _MINE.c.status == _QUEUED,
    _THEIRS.c.status == _QUEUED,
    _THEIRS.c.channel_key == _MINE.c.channel_key,
    _order(_THEIRS) <= _order(_MINE),
)
_QUEUED_CHANNELS = select(goals.c.channel_key).where(_IS_QUEUED).distinct().order_by(goals.c.channel_key)
_SLOTS = select(slots.c.slot).where(slots.c.channel_key == bindparam("channel"))
_DUE = (
    select(goals.c.document)
    .where(goals.c.alarm_at.is_not(None), goals.c.alarm_at <= bindparam("now"))
    .order_by(goals.c.alarm_at)
    .limit(bindparam("most"))
)
_HERE = goals.c.channel_key == bindparam("channel")
_UNFINISHED: list[ColumnElement[str]] = [literal_column(f"'{status.value}'") for status in UNFINISHED]
_ENDED = (_HERE, goals.c.ended_at >= bindparam("since"))
_ENDED_IN_ALL = select(func.count()).where(*_ENDED).scalar_subquery()
_NEWEST_ENDED = (
    select(goals.c.document, goals.c.ended_at.label("ended_at"), goals.c.created_at, goals.c.id)
    .where(*_ENDED)
    .order_by(goals.c.ended_at.desc())
    .limit(bindparam("most"))
    .subquery()
)
_OPEN = (_HERE, goals.c.status.in_(_UNFINISHED))
_STANDING = union_all(
    select(goals.c.document, null().label("ended_at"), goals.c.created_at, goals.c.id, literal(0)).where(
        *_OPEN, goals.c.mode == Mode.DRIVE.value
    ),
    select(*_NEWEST_ENDED.c, _ENDED_IN_ALL),
)
_WATCHED = (*_OPEN, goals.c.mode == Mode.MONITOR.value)
_WATCHED_IN_ALL = select(func.count()).where(*_WATCHED).scalar_subquery()
_NEWEST_WATCHED = (
    select(goals.c.id)
    .where(*_WATCHED)
    .order_by(goals.c.created_at.desc(), goals.c.id.desc())
    .limit(bindparam("watching"))
)
_WATCHING = (
    select(goals.c.document, _WATCHED_IN_ALL)
    .where(goals.c.id.in_(_NEWEST_WATCHED.scalar_subquery()))
    .order_by(goals.c.created_at.desc(), goals.c.id.desc())
)
_NUMBER = func.row_number().over(partition_by=goals.c.channel_key, order_by=_order(goals).clauses)
_PLACES = select(goals.c.id, _NUMBER).where(_IS_QUEUED)
_NEXT_ALARM = select(func.min(goals.c.alarm_at)).where(goals.c.alarm_at.is_not(None))
_COUNTS = select(goals.c.status, func.count()).group_by(goals.c.status)
LONGEST_QUEUE = 10_000


class StoredGoals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, goal_id: str) -> Goal | None:
        def ask(connection: Connection) -> Goal | None:
            rows = asked(connection, _LOAD, {"of": goal_id})
            return load(Goal, rows[0].document) if rows else None

        return await self._database.read(ask)

    async def newest(self, goal: Goal) -> Goal:
        """The goal as it is stored now: the very same where it was not changed since."""

        def ask(connection: Connection) -> Goal:
            rows = asked(connection, _NEWER, {"of": goal.id, "known": goal.version})
            return load(Goal, rows[0].document) if rows else goal

        return await self._database.read(ask)

    async def several(self, goal_ids: Sequence[str]) -> list[Goal]:
        """Those of the goals that there are, in one question."""
        return await self._goals(_SEVERAL, several=list(goal_ids))

    async def driven(self) -> list[str]:
        """The ids of the active goals that are worked on; monitors are not among them."""
        return await self._database.read(lambda connection: list(connection.scalars(_DRIVEN)))

    async def active(self, goal_ids: Sequence[str]) -> set[str]:
        """Those of the goals that are active."""
        return await self._database.read(
            lambda connection: set(connection.scalars(_ACTIVE, {"several": list(goal_ids)}))
        )

    async def record(
        self, change: Change, *, at: datetime, outgoing: Sequence[Outgoing] = (), act: str = ""
    ) -> Goal:
        """Store a change in one transaction: goal, slot, events, approvals, trail, outbox.

        A goal of version 0 is new. Returns the goal with its next version. `act` is the key of the inbox row
        that caused it, marked handled in the same transaction. Raises StaleGoal (also when the id of a new
        goal is taken), ThreadTaken, SlotTaken, AlreadyHandled; then nothing is stored.
        """
        return await self._database.write(
            lambda connection: record.record(connection, change, at, outgoing, act)
        )

    async def find(
        self,
        *,
        statuses: Sequence[Status] = (),
        channel_key: str = "",
        thread_key: str = "",
        owner: str = "",
        mode: Mode | None = None,
        limit: int = 200,
    ) -> list[Goal]:
        """Goals that match all that is given, newest first. `owner` is a person's id."""
        kind = mode.value if mode else ""
        equal = {"channel_key": channel_key, "thread_key": thread_key, "owner": owner, "mode": kind}
        given = {name: text for name, text in equal.items() if text}
        bound = {f"of_{name}": text for name, text in given.items()}
        return await self._goals(_found(tuple(given), tuple(statuses)), most=limit, **bound)

    async def standing(self, channel_key: str, *, since: datetime, ended: int, watching: int = 0) -> Standing:
        """The channel's unfinished goals, oldest first, and at most so many that have ended since, newest first.

        Monitors stand apart: at most `watching` of them, newest first.
        """
        bound = {"channel": channel_key, "since": since, "most": ended}

        def ask(connection: Connection) -> Standing:
            rows = connection.execute(_STANDING, bound).all()
            open_ = sorted((row for row in rows if row[1] is None), key=lambda row: (row[2], row[3]))
            over = [row for row in rows if row[1] is not None]
            monitors = connection.execute(_WATCHING, {"channel": channel_key, "watching": watching}).all()
            return Standing(
                tuple(load(Goal, row[0]) for row in open_),
                tuple(
                    load(Goal, row[0]) for row in sorted(over, key=lambda row: (row[1], row[3]), reverse=True)
                ),
                over[0][4] if over else 0,
                tuple(load(Goal, row[0]) for row in monitors),
                monitors[0][1] if monitors else 0,
            )

        return await self._database.read(ask)

    async def places(self) -> dict[str, int]:
        """The number of each queued goal in its channel's queue, from 1."""
        return await self._database.read(
            lambda connection: {row[0]: row[1] for row in connection.execute(_PLACES)}
        )

    async def queue(self, channel_key: str) -> list[Goal]:
        """The channel's queued goals in their order: front before others, then priority, then age."""
        return await self._goals(_QUEUE, channel=channel_key, most=LONGEST_QUEUE)

    async def place(self, goal_id: str) -> int | None:
        """A goal's number in its channel's queue, from 1; None when it is not in it."""
        return await self._database.read(
            lambda connection: connection.scalar(_PLACE, {"of": goal_id}) or None
        )

    async def next_queued(self, channel_key: str) -> Goal | None:
        """The first of the channel's queue; nobody where goal mode is off."""
        first = await self._goals(_NEXT_QUEUED, channel=channel_key, most=1)
        return first[0] if first else None

    async def queued_channels(self) -> list[str]:
        """The keys of the channels in which a goal is queued."""
        return await self._database.read(lambda connection: list(connection.scalars(_QUEUED_CHANNELS)))

    async def slots_taken(self, channel_key: str) -> set[int]:
        return await self._database.read(
            lambda connection: set(connection.scalars(_SLOTS, {"channel": channel_key}))
        )

    async def due(self, now: datetime, limit: int = 500) -> list[Goal]:
        """Unfinished goals to which time does something now, the longest overdue first."""
        return await self._goals(_DUE, now=now, most=limit)

    async def next_alarm(self) -> datetime | None:
        """When time next does something to any goal."""
        return await self._database.read(lambda connection: connection.scalar(_NEXT_ALARM))

    async def counts(self) -> dict[Status, int]:
        """How many goals there are of each status that occurs."""
        return await self._database.read(
            lambda connection: {Status(status): count for status, count in connection.execute(_COUNTS)}
        )

    async def _goals(self, query: Select[str], **bound: Any) -> list[Goal]:
        def ask(connection: Connection) -> list[Goal]:
            return [load(Goal, document) for document in connection.scalars(query, bound)]

        return await self._database.read(ask)
