"""One look at what a goal's agent waits for: a verifier in the goal's own workspace, until it is met or gone."""

from __future__ import annotations

import asyncio
from typing import Protocol

from goals.domain import facts, patience, schedule
from goals.domain.errors import BadRequest
from goals.domain.facts import Fact
from goals.domain.values import Goal, Status, Verdict, VerifierSpec
from goals.domain.watching import Watch, Watched
from goals.ports import Claim, Clock, Kept
from monitors.looks import Quiet


class Awaited(Protocol):
    async def awaited(self, goal: Goal, spec: VerifierSpec) -> Verdict:
        """What a verifier finds in the goal's workspace. Raises BadRequest where either is not there any more."""


class WaitLook:
    """Looks every so many seconds, and less and less often where the verifier breaks."""

    def __init__(self, goal: Goal, checks: Awaited, clock: Clock, every: float) -> None:
        self.goal = goal
        self._checks = checks
        self._clock = clock
        self._watch = Watch(every=every)

    async def take(self, claim: Claim) -> Quiet | Fact:
        wait = self.goal.wait
        assert wait is not None and wait.verifier is not None
        try:
            found = await self._found(wait.verifier)
        except BadRequest as gone:
            why = f"{wait.why} cannot be looked at any more: {str(gone).rstrip('.')}"
            return facts.Woken(self._clock.now(), why)
        now = self._clock.now()
        if found.met:
            return facts.Woken(now, f"{wait.why} is met: {found.reason}")
        watched = _watched(claim.watched, found)
        next_at = schedule.next_look(
            self._watch, wait.since, now, broken=watched.broken, again=found.again, deadline=wait.until
        )
        return Quiet(Kept(claim.goal_id, claim.slot, next_at, watched))

    async def _found(self, spec: VerifierSpec) -> Verdict:
        limit = patience.of_look(self.goal)
        try:
            async with asyncio.timeout(limit):
                return await self._checks.awaited(self.goal, spec)
        except TimeoutError:
            return Verdict(None, f"there was no answer within {limit:g} s")
        except OSError as odd:
            return Verdict(None, f"its workspace cannot be had: {odd}")


def waits(goal: Goal) -> bool:
    """Whether a goal waits for a verifier."""
    return goal.status is Status.WAITING and goal.wait is not None and goal.wait.verifier is not None


def _watched(before: Watched, found: Verdict) -> Watched:
    broken = before.broken + 1 if found.met is None else 0
    return Watched(met=found.met, reason=found.reason, value=found.value, broken=broken)
