"""What stands where in a channel, told from the goals' documents alone: no other table is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from goals import audit
from goals.domain.parts import EVERYBODY_THERE, Absent, Part
from goals.domain.usage import Totals
from goals.domain.values import Goal, Status
from goals.domain.watching import Polled
from goals.due import relies_on, unattended
from goals.ports import Standing

ENDED_SHOWN, WATCHING_SHOWN = 10, 10


@dataclass(frozen=True, slots=True)
class Board:
    """Every unfinished goal of a channel that is worked on, those in the queue in order, its monitors, and what ended
    today, newest first.

    `more` goals ended today besides, and there are `more_watching` monitors. In these reports tokens are not told apart by class and model, and of the
    approvals only the open ones are there. `unattended` are the sentences on what nobody does of what these goals rely on.
    """

    unfinished: tuple[audit.Report, ...]
    ended: tuple[audit.Report, ...] = ()
    more: int = 0
    watching: tuple[audit.Report, ...] = ()
    more_watching: int = 0
    unattended: tuple[str, ...] = ()


def board(
    standing: Standing,
    now: datetime,
    *,
    judged: bool = False,
    polled: Mapping[str, Polled] | None = None,
    absent: Absent = EVERYBODY_THERE,
) -> Board:
    """`polled` is what is known of the monitors' checks, `absent` the parts of the work that nobody does."""
    waiting = line([goal for goal in standing.unfinished if goal.status is Status.QUEUED], now)
    others = [goal for goal in standing.unfinished if goal.status is not Status.QUEUED]
    ended = tuple(look(goal, now, judged=judged) for goal in standing.ended)
    unfinished = tuple(look(goal, now, judged=judged) for goal in others)
    known = polled or {}
    watching = tuple(audit.report(goal, now=now, polled=known.get(goal.id)) for goal in standing.watching)
    return Board(
        (*unfinished, *waiting),
        ended,
        standing.ended_in_all - len(ended),
        watching,
        standing.watching_in_all - len(watching),
        _unattended((*standing.unfinished, *standing.watching), absent),
    )


def line(queued: Sequence[Goal], now: datetime) -> tuple[audit.Report, ...]:
    """A channel's queued goals with their places, first in line first."""
    in_order = sorted(queued, key=lambda goal: (goal.rank.order, goal.id))
    return tuple(look(goal, now, place=place) for place, goal in enumerate(in_order, start=1))


def look(goal: Goal, now: datetime, *, place: int | None = None, judged: bool = False) -> audit.Report:
    used = Totals(fresh=goal.spent.tokens, usd=goal.spent.usd)
    return audit.report(goal, approvals=goal.asks, place=place, now=now, used=used, judged=judged)


def _unattended(goals: Sequence[Goal], absent: Absent) -> tuple[str, ...]:
    needed = {relies_on(goal) for goal in goals}
    return tuple(unattended(part, absent) for part in Part if part in needed and part in absent)


def today(now: datetime) -> datetime:
    """Since when a goal has ended today: midnight, UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
