"""One look at a monitor: what its verifiers find, what of that is news, and when it is looked at next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from goals.domain import facts, quiet, schedule
from goals.domain.facts import Fact
from goals.domain.values import Check, Goal, Mode, Status
from goals.domain.watching import Reading, Watched
from goals.ports import Claim, Kept
from monitors import triggers
from monitors.reading import reading
from monitors.sight import Sight


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing that people are told; with `repaint` the card is to show it."""

    kept: Kept
    repaint: bool = False


class Look(Protocol):
    """A goal that is looked at, with what is kept of it from look to look."""

    @property
    def goal(self) -> Goal: ...

    async def take(self, claim: Claim) -> Quiet | Fact:
        """Look once; a fact that comes of it is for the goal's lifecycle. Raises only CancelledError."""


class MonitorLook:
    def __init__(self, goal: Goal, sight: Sight) -> None:
        self.goal = goal
        self._sight = sight
        self._ready = sight.ready(goal)

    async def take(self, claim: Claim) -> Quiet | Fact:
        return told(self.goal, claim, await self._sight.check(self._ready))


def look_of(goal: Goal, sight: Sight) -> Look | None:
    """How a goal is looked at; None where nothing of it is."""
    if goal.request.mode is Mode.MONITOR and goal.status is Status.ACTIVE:
        return MonitorLook(goal, sight)
    return None


def told(goal: Goal, claim: Claim, check: Check) -> Quiet | Fact:
    """What a check means. One that somebody asked for is always told."""
    assert goal.request.watch is not None
    found = reading(check)
    seen = triggers.look(goal.request.watch, goal.request.deadline, claim.watched, found)
    next_at = _next(goal, seen.watched, found)
    if seen.news or goal.check_by is not None:
        return facts.Observed(found.at, check, seen.watched, seen.news, next_at)
    kept = Kept(claim.goal_id, claim.slot, next_at, seen.watched, found)
    return Quiet(kept, quiet.repaint(*_since(goal, claim), found.at))


def _next(goal: Goal, watched: Watched, found: Reading) -> datetime:
    watch = goal.request.watch
    assert watch is not None
    anchor = schedule.first(watch, goal.id, goal.created_at)
    return schedule.next_look(
        watch, anchor, found.at, broken=watched.broken, again=found.again, deadline=goal.request.deadline
    )


def _since(goal: Goal, claim: Claim) -> tuple[datetime, datetime | None]:
    """When there was news last, and when the look before this one was, if there was one."""
    return goal.watched.checked_at or goal.started_at or goal.created_at, claim.watched.checked_at
