"""Where Discord lets us answer one act privately, for a quarter of an hour: the follow-ups of an interaction."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING

from goals.ports import Clock

if TYPE_CHECKING:
    from discord import Webhook

LIVES = 14 * 60.0
"""Seconds; Discord takes follow-ups for 15 minutes."""

MOST = 5_000
ACKNOWLEDGED_WITHIN = 3.0
"""Seconds from an act to its acknowledgement, before which Discord takes no answer to it."""


class Answers:
    """Kept in memory only: after a restart an answer goes the ordinary way."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._followups: OrderedDict[str, tuple[Webhook, float]] = OrderedDict()
        self._expected: dict[str, asyncio.Event] = {}

    def expect(self, key: str) -> None:
        """The act of this key is about to be acknowledged; `settle` it in any case."""
        self._expected[key] = asyncio.Event()

    def settle(self, key: str) -> None:
        """It was acknowledged, or never will be."""
        if told := self._expected.pop(key, None):
            told.set()

    async def acknowledged(self, key: str) -> None:
        """Wait until the act of this key is acknowledged, where it is about to be."""
        if expected := self._expected.get(key):
            with suppress(TimeoutError):
                async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                    await expected.wait()

    def remember(self, key: str, followup: Webhook) -> None:
        """Keep how the act of this key is answered: its interaction's `followup`."""
        self._followups[key] = (followup, self._clock.now().timestamp() + LIVES)
        while len(self._followups) > MOST:
            self._followups.popitem(last=False)

    def followup(self, key: str) -> Webhook | None:
        """None where the act of this key cannot be answered (any more)."""
        kept = self._followups.get(key)
        return kept[0] if kept and self._clock.now().timestamp() < kept[1] else None
