"""Which goals' verifiers are polled, when, and what they have shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from goals.domain.watching import Point, Polled, Reading, Watched


@dataclass(frozen=True, slots=True)
class Claim:
    """A goal whose verifiers are to be looked at now, by the claimant alone: `slot` is the proof of it."""

    goal_id: str
    goal_version: int
    slot: datetime
    watched: Watched


@dataclass(frozen=True, slots=True)
class Kept:
    """A look without news: what all looks have shown by now, and when the next one is due.

    The `reading` becomes part of the goal's past, where there is one.
    """

    goal_id: str
    slot: datetime
    next_at: datetime
    watched: Watched
    reading: Reading | None = None


class Monitors(Protocol):
    """Which goals' verifiers are polled, and when. A goal is added, and moved at news, by `Goals.record`."""

    async def claim(self, now: datetime, limit: int) -> list[Claim]:
        """Take at most so many that are due, the longest overdue first; nobody else gets them meanwhile.

        A claim ends with `keep`, `forget` or a change of the goal that says when it is polled next; where none of
        them comes while its verifiers' time limits allow, it is due again.
        """

    async def keep(self, looks: Sequence[Kept]) -> None:
        """Store looks in one transaction; one whose claim is over changes nothing."""

    async def forget(self, goal_id: str, slot: datetime) -> None:
        """Poll a goal no more until a change of it says when, and keep what was shown; a claim that is over changes
        nothing.
        """

    async def recover(self) -> int:
        """Make due at once what a process that is gone had claimed. Returns how many that were."""

    async def next_at(self) -> datetime | None:
        """When the earliest is due, or its claim over; None where nothing is polled."""

    async def polled(self, goal_ids: Sequence[str]) -> dict[str, Polled]:
        """When those of the goals that are polled are looked at next, and what they have shown."""

    async def history(self, goal_id: str) -> list[Point]:
        """A goal's past, oldest first."""
