"""What a goal's agent waits for is looked at until it is met or gone, and the goal is woken once, with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from goals.clock import SystemClock
from goals.domain import facts
from goals.domain.errors import BadRequest
from goals.domain.values import Goal, Status, Verdict, VerifierSpec, Wait, WaitKind
from goals.domain.watching import Watched
from goals.ports import Claim, Kept
from monitors.looks import Quiet
from monitors.waits import WaitLook, waits
from tests.given import NOW, goal_in, later

CI = VerifierSpec("ci", {"branch": "main"})
WAIT = Wait(WaitKind.VERIFIER, "`ci: main` (my change)", NOW, until=later(hours=2), verifier=CI)
PARKED = goal_in(Status.WAITING, wait=WAIT, asks=())
CLAIM = Claim("g7k2", 3, NOW, Watched())
RUNS = Verdict(False, "2 checks run still")


@dataclass
class Checks:
    found: Iterator[Verdict | Exception]

    async def awaited(self, goal: Goal, spec: VerifierSpec) -> Verdict:
        found = next(self.found)
        if isinstance(found, Exception):
            raise found
        return found


class Stopped(SystemClock):
    """A clock that stands."""

    at = NOW

    def now(self) -> datetime:
        return self.at


async def looked(*found: Verdict | Exception) -> object:
    """What comes of so many looks one after the other, each of which takes a second."""
    clock = Stopped()
    look = WaitLook(PARKED, Checks(iter(found)), clock, 60.0)
    claim = CLAIM
    for _ in found:
        clock.at = claim.slot + timedelta(seconds=1)
        seen = await look.take(claim)
        if isinstance(seen, Quiet):
            claim = replace(claim, slot=seen.kept.next_at, watched=seen.kept.watched)
    return seen


def kept(slot: int, next_at: int, watched: Watched) -> Quiet:
    """In minutes from NOW."""
    return Quiet(Kept("g7k2", later(minutes=slot), later(minutes=next_at), watched))


async def test_while_it_is_not_met_it_is_looked_at_again_after_an_interval() -> None:
    seen = Watched(met=False, reason="2 checks run still")
    assert await looked(RUNS) == kept(0, 1, seen)
    assert await looked(RUNS, RUNS, RUNS) == kept(2, 3, seen)


async def test_when_it_is_met_the_goal_is_woken() -> None:
    assert await looked(RUNS, Verdict(True, "5 checks passed")) == facts.Woken(
        later(minutes=1, seconds=1), "`ci: main` (my change) is met: 5 checks passed"
    )


async def test_when_it_is_gone_the_goal_is_woken_as_well() -> None:
    gone = BadRequest("There is no verifier type “ci”.")
    assert await looked(RUNS, gone) == facts.Woken(
        later(minutes=1, seconds=1),
        "`ci: main` (my change) cannot be looked at any more: There is no verifier type “ci”",
    )


async def test_where_it_breaks_it_is_looked_at_less_and_less_often() -> None:
    broken = Verdict(None, "no answer")
    assert await looked(broken) == kept(0, 1, Watched(reason="no answer", broken=1))
    assert await looked(broken, broken, broken) == kept(3, 7, Watched(reason="no answer", broken=3))
    assert await looked(broken, broken, RUNS) == kept(3, 4, Watched(met=False, reason=RUNS.reason))


async def test_a_disk_that_refuses_is_a_check_that_broke() -> None:
    why = "its workspace cannot be had: [Errno 28] No space left on device"
    assert await looked(OSError(28, "No space left on device")) == kept(0, 1, Watched(reason=why, broken=1))


async def test_it_is_not_looked_at_before_that_is_of_use() -> None:
    limited = Verdict(None, "too many questions", again=NOW + timedelta(minutes=40))
    assert await looked(limited) == kept(0, 40, Watched(reason="too many questions", broken=1))


@pytest.mark.parametrize(
    ("goal", "so"),
    [
        (PARKED, True),
        (replace(PARKED, wait=replace(WAIT, verifier=None)), False),
        (replace(PARKED, wait=None, status=Status.ACTIVE), False),
        (replace(PARKED, status=Status.PAUSED), False),
    ],
)
def test_only_a_goal_that_waits_for_a_verifier_is_looked_at(goal: Goal, so: bool) -> None:
    assert waits(goal) is so
