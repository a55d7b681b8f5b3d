"""What stands where in a channel, told from the goals' documents alone: no other table is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from goals import audit
from goals.domain.usage import Totals
from goals.domain.values import Goal, Status
from goals.ports import Standing

ENDED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Board:
    """Every unfinished goal of a channel, those in the queue in order, and what ended today, newest first.

    `more` goals ended today besides. In these reports tokens are not told apart by class and model, and of the
    approvals only the open ones are there.
    """

    unfinished: tuple[audit.Report, ...]
    ended: tuple[audit.Report, ...] = ()
    more: int = 0


def board(standing: Standing, now: datetime, *, judged: bool = False) -> Board:
    waiting = line([goal for goal in standing.unfinished if goal.status is Status.QUEUED], now)
    others = [goal for goal in standing.unfinished if goal.status is not Status.QUEUED]
    ended = tuple(look(goal, now, judged=judged) for goal in standing.ended)
    unfinished = tuple(look(goal, now, judged=judged) for goal in others)
    return Board((*unfinished, *waiting), ended, standing.ended_in_all - len(ended))


def line(queued: Sequence[Goal], now: datetime) -> tuple[audit.Report, ...]:
    """A channel's queued goals with their places, first in line first."""
    in_order = sorted(queued, key=lambda goal: (goal.rank.order, goal.id))
    return tuple(look(goal, now, place=place) for place, goal in enumerate(in_order, start=1))


def look(goal: Goal, now: datetime, *, place: int | None = None, judged: bool = False) -> audit.Report:
    used = Totals(fresh=goal.spent.tokens, usd=goal.spent.usd)
    return audit.report(goal, approvals=goal.asks, place=place, now=now, used=used, judged=judged)


def today(now: datetime) -> datetime:
    """Since when a goal has ended today: midnight, UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
