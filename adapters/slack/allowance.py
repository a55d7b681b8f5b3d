"""How often a method of Slack's may be called: so many times a minute in each workspace."""

from __future__ import annotations

from collections import defaultdict, deque

from adapters.chat import Busy
from goals.ports import Clock

MINUTE = 60.0


class Allowance:
    """Of the tiers of Slack: 20, 50 and 100 calls a minute for a method and a workspace."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._closed: dict[str, float] = {}

    def take(self, team: str) -> None:
        """Count a call. Raises Busy where it would be one too many."""
        if wait := self.wait(team):
            raise Busy(wait)
        self._calls[team].append(self._clock.monotonic())

    def wait(self, team: str) -> float:
        """Seconds until another call may be made."""
        now, calls = self._clock.monotonic(), self._calls[team]
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        full = calls[0] + MINUTE - now if len(calls) >= self._most else 0.0
        return max(full, self._closed.get(team, now) - now)

    def close(self, team: str, seconds: float) -> None:
        """Slack wants no call for so long."""
        self._closed[team] = self._clock.monotonic() + seconds
