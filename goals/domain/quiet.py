"""When the card of a monitor without news is brought up to date: ever more seldom, so that thousands of them cost little."""

from __future__ import annotations

from datetime import datetime, timedelta

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)


def repaint(news_at: datetime, before: datetime | None, now: datetime) -> bool:
    """Whether the card is due after the look at `now`; the one before it was at `before`, None for the first look.

    It is 1, 2, 4 … minutes after the last news, and every 6 hours from then on; and after the first look.
    """
    return before is None or _times(now - news_at) > _times(before - news_at)


def _times(quiet: timedelta) -> int:
    """How often a card was due in so much quiet."""
    doublings, step = 0, SOONEST
    while step < LATEST and quiet >= step:
        doublings, step = doublings + 1, step * 2
    return doublings + quiet // LATEST
