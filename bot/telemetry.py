"""What operators want to know of a running bot: counted in memory as it happens, and read from the store when asked.

Counting costs an addition; nothing here knows in which format it is told.
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from goals.domain.change import Change
from goals.domain.errors import StoreUnavailable
from goals.domain.events import Checked, CheckedByHand, Event, Finished, TurnEnded
from goals.domain.values import Check, Goal, Mode, Status
from goals.ports import Clock
from goals.store.figures import Figures

log = logging.getLogger("goalward.goals")

PULSE = 1.0
"""Seconds between two looks at the event loop."""

SHORT = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG = (0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Bounds of what is counted, in seconds."""


class Durations:
    """How many took how long: counted by upper bounds, in seconds."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """What a clock that was put back makes negative counts as nothing."""
        seconds = max(0.0, seconds)
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.sum += seconds

    def upto(self) -> Iterator[tuple[str, int]]:
        """Each bound, the last one `+Inf`, with how many took no longer."""
        return zip((*(f"{bound:g}" for bound in self._bounds), "+Inf"), accumulate(self._counts), strict=True)


class Oldest:
    """How long the oldest that waits has been seen to wait: from the first time that somebody asked, in seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: tuple[int, float] | None = None

    def age(self, number: int | None) -> float:
        """`number` is that of the oldest; None when nothing waits."""
        now = self._clock.monotonic()
        if number is None:
            self._seen = None
        elif self._seen is None or self._seen[0] != number:
            self._seen = (number, now)
        return now - self._seen[1] if self._seen else 0.0


@dataclass(frozen=True, slots=True)
class Ended:
    mode: Mode
    status: Status
    label: str
    reason: str


@dataclass(slots=True)
class Counted:
    """What has happened since the process began. `turns` by the name of the agent."""

    turns: Counter[str] = field(default_factory=Counter)
    ended: Counter[Ended] = field(default_factory=Counter)
    checks: Mapping[Mode, Durations] = field(default_factory=lambda: {mode: Durations(LONG) for mode in Mode})
    lateness: Durations = field(default_factory=lambda: Durations(LONG))
    dispatch: Durations = field(default_factory=lambda: Durations(SHORT))
    stalls: Durations = field(default_factory=lambda: Durations(SHORT))


@dataclass(frozen=True, slots=True)
class Measured:
    """All of it at one moment; without `figures` the store does not answer. Ages in seconds.

    `unheard` says of each platform that is heard over sockets when one was last seen alive.
    """

    ready: bool
    counted: Counted
    figures: Figures | None
    oldest_post: float = 0.0
    oldest_hook: float = 0.0
    unheard: Mapping[str, float] = field(default_factory=dict)


class Telemetry:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counted = Counted()
        self._post, self._hook = Oldest(clock), Oldest(clock)

    def changed(self, change: Change) -> None:
        """Count what a stored change says has happened."""
        for event in change.events:
            self._happened(change.goal, event)

    def looked(self, goal: Goal, late: float, seconds: float) -> None:
        """A goal's verifiers were polled: so late, for so many seconds."""
        self._counted.lateness.add(late)
        self._counted.checks[goal.request.mode].add(seconds)

    def taken_up(self, seconds: float) -> None:
        """A goal that was put to work waited so long until somebody began with it."""
        self._counted.dispatch.add(seconds)

    async def run(self) -> None:
        """Measure by how much the event loop is late, until cancelled."""
        while True:
            begun = self._clock.monotonic()
            await asyncio.sleep(PULSE)
            self._counted.stalls.add(self._clock.monotonic() - begun - PULSE)

    async def measured(
        self, figures: Callable[[], Awaitable[Figures]], *, ready: bool, unheard: Mapping[str, float]
    ) -> Measured:
        try:
            found = await figures()
        except StoreUnavailable:
            return Measured(ready, self._counted, None, unheard=unheard)
        oldest = self._post.age(found.posts.oldest), self._hook.age(found.hooks.oldest)
        return Measured(ready, self._counted, found, *oldest, unheard)

    def _happened(self, goal: Goal, event: Event) -> None:
        if isinstance(event, TurnEnded):
            self._counted.turns[goal.request.agent] += 1
            self._checked(goal, event.check)
        elif isinstance(event, Checked | CheckedByHand):
            self._checked(goal, event.check)
        elif isinstance(event, Finished):
            self._ended(goal, event)

    def _checked(self, goal: Goal, check: Check | None) -> None:
        """Those of monitors are counted as they are polled, whether they are news or not."""
        if check is not None and goal.request.mode is Mode.DRIVE:
            self._counted.checks[Mode.DRIVE].add(check.seconds)

    def _ended(self, goal: Goal, event: Finished) -> None:
        label = event.reason if event.status is Status.COMPLETED else event.status
        ended = Ended(goal.request.mode, event.status, label.value, event.reason.value)
        self._counted.ended[ended] += 1
        told = {"mode": ended.mode.value, "status": ended.status.value, "label": label.value}
        log.info(
            "goal %s ended: %s (%s)",
            goal.id,
            event.status.value,
            event.reason.value,
            extra={"goal": goal.id, **told, "reason": ended.reason},
        )
