"""Where Slack lets us answer one act privately even in channels that the bot is not in: its `response_url`."""

from __future__ import annotations

from collections import OrderedDict

from goals.ports import Clock

LIVES = 30 * 60.0
"""Seconds, as Slack documents."""

MOST = 5_000


class Answers:
    """Kept in memory only: after a restart an answer goes the ordinary way."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._urls: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def remember(self, key: str, url: str) -> None:
        """Keep where the act of this key is answered."""
        self._urls[key] = (url, self._clock.monotonic() + LIVES)
        while len(self._urls) > MOST:
            self._urls.popitem(last=False)

    def url(self, key: str) -> str | None:
        url, until = self._urls.get(key, ("", 0.0))
        return url if url and self._clock.monotonic() < until else None
