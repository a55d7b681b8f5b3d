"""Keeps looks without news, many in one transaction: storing each alone would cost more than looking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from goals.bell import Bell
from goals.domain.errors import StoreUnavailable
from goals.ports import Clock, Kept, Monitors, Outgoing

log = logging.getLogger(__name__)

Tell = Callable[[Sequence[Outgoing]], Awaitable[None]]

EVERY = 0.2
"""Seconds that a look may lie here."""
TOGETHER = 250
"""Looks in one transaction: as many as are stored without holding up others."""


class Recorder:
    """`tell` takes the cards that are to show what was found."""

    def __init__(self, monitors: Monitors, clock: Clock, tell: Tell) -> None:
        self._monitors = monitors
        self._bell = Bell(clock)
        self._tell = tell
        self._waiting: list[Kept] = []
        self._cards: list[Outgoing] = []
        self._storing: asyncio.Task[None] | None = None

    def add(self, look: Kept, card: Outgoing | None = None) -> None:
        """Store a look soon, and have a card painted then."""
        self._waiting.append(look)
        if card is not None:
            self._cards.append(card)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store(), name="store looks")

    def hurry(self) -> None:
        """Nothing more is to come for now."""
        if self._storing is not None:
            self._bell.ring()

    async def settled(self) -> None:
        """Return when all that lies here is stored."""
        while self._storing is not None:
            await self._storing

    async def _store(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < TOGETHER:
                    await self._bell.wait(EVERY)
                some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._keep(some)
                await self._painted()
        finally:
            self._storing = None

    async def _painted(self) -> None:
        cards, self._cards = self._cards, []
        if cards:
            try:
                await self._tell(cards)
            except StoreUnavailable as away:
                log.warning("%d cards are painted later: %s", len(cards), away)

    async def _keep(self, looks: Sequence[Kept]) -> None:
        """What cannot be stored is looked at again when its claim is over."""
        try:
            await self._monitors.keep(looks)
        except StoreUnavailable as away:
            log.warning("%d looks are lost: %s", len(looks), away)
        except Exception:  # a defect in one must not lose the others
            log.exception("looks cannot be stored: %s", [look.goal_id for look in looks[:10]])
            if len(looks) > 1:
                for look in looks:
                    await self._keep([look])
