"""Discord's limits on requests: a bucket per route and channel, one for all, and the ban for too many refused ones."""

from __future__ import annotations

import hashlib
import time
from collections import deque

PER_SECOND = 50
"""Requests of a bot in a second, of every route together; what answers an interaction does not count."""
BANNED_AT, BANNED_WITHIN = 10_000, 600.0


class Window:
    """So many requests within so many seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._taken: deque[float] = deque()

    def take(self) -> float:
        """0, or the seconds until there is room again."""
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.limit:
            return self._taken[0] + self.seconds - now
        self._taken.append(now)
        return 0.0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - len(self._taken))

    @property
    def reset_after(self) -> float:
        return max(0.0, self._taken[0] + self.seconds - time.monotonic()) if self._taken else 0.0


class Rates:
    """`of_route` are the limits of routes, by method and template (`POST /channels/{channel}/messages`)."""

    def __init__(self) -> None:
        self.of_route: dict[str, tuple[int, float]] = {}
        self.roomy = (50, 1.0)
        self.all = Window(PER_SECOND, 1.0)
        self.limited = 0
        """So many requests were answered with 429."""
        self.refused: deque[float] = deque()
        self._buckets: dict[tuple[str, str], Window] = {}

    def bucket(self, route: str, major: str) -> Window:
        made = self._buckets.get((route, major))
        limit = self.of_route.get(route, self.roomy)
        if made is None or (made.limit, made.seconds) != limit:
            made = self._buckets[route, major] = Window(*limit)
        return made

    def headers(self, route: str, major: str) -> dict[str, str]:
        bucket = self.bucket(route, major)
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.remaining),
            "X-RateLimit-Reset": f"{time.time() + bucket.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.reset_after:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(route.encode()).hexdigest(),
        }

    def count(self, status: int, *, shared: bool = False) -> None:
        """What was answered with 401, 403 or 429 counts towards a ban."""
        self.limited += status == 429
        if status in (401, 403, 429) and not shared:
            self.refused.append(time.monotonic())

    @property
    def banned(self) -> bool:
        while self.refused and self.refused[0] <= time.monotonic() - BANNED_WITHIN:
            self.refused.popleft()
        return len(self.refused) >= BANNED_AT
