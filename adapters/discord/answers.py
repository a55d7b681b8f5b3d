"""Where Discord lets us answer one act privately, for a quarter of an hour: the follow-ups of an interaction."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from goals.ports import Clock

if TYPE_CHECKING:
    from discord import Webhook

LIVES = 14 * 60.0
"""Seconds; Discord takes follow-ups for 15 minutes."""

MOST = 5_000


class Answers:
    """Kept in memory only: after a restart an answer goes the ordinary way."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._followups: OrderedDict[str, tuple[Webhook, float]] = OrderedDict()

    def remember(self, key: str, followup: Webhook) -> None:
        """Keep how the act of this key is answered: its interaction's `followup`."""
        self._followups[key] = (followup, self._clock.now().timestamp() + LIVES)
        while len(self._followups) > MOST:
            self._followups.popitem(last=False)

    def followup(self, key: str) -> Webhook | None:
        """None where the act of this key cannot be answered (any more)."""
        kept = self._followups.get(key)
        return kept[0] if kept and self._clock.now().timestamp() < kept[1] else None
