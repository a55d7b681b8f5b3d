"""The tick: does its work once a second, and at once when somebody rings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

from goals.domain.errors import StoreUnavailable

log = logging.getLogger(__name__)

EVERY = 1
"""Seconds between two ticks."""


SILENCE = 3.0
"""Seconds without a tick after which another scheduler ticks: one waits where the clock is put back."""

Tick = Callable[[], Awaitable[None]]


class Ticker:
    """`ticks` makes a scheduler that ticks."""

    def __init__(
        self, work: Tick, *, ticks: Callable[[Tick], Any] | None = None, silence: float = SILENCE
    ) -> None:
        self._work = work
        self._ticks = ticks or _every_second
        self._silence = silence
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There may be something to do now."""
        self._rung.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            scheduler = await asyncio.to_thread(self._ticks, self._tick)
            scheduler.start()
            try:
                await self._until_silent()
            finally:
                scheduler.shutdown(wait=False)

    async def _until_silent(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._silence):
                    await self._rung.wait()
            except TimeoutError:
                return
            self._rung.clear()
            await self._worked()

    async def _tick(self) -> None:
        self._rung.set()

    async def _worked(self) -> None:
        try:
            await self._work()
        except StoreUnavailable as away:
            log.warning("monitors wait: %s", away)
        except Exception:  # a defect of ours must not stop every monitor
            log.exception("the tick stumbled")


def _every_second(tick: Tick) -> Any:
    """A scheduler with this one job. Importing it takes a tenth of a second: late, and beside the event loop."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
    from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every tick otherwise
    scheduler = AsyncIOScheduler(timezone=UTC)
    every = IntervalTrigger(seconds=EVERY, timezone=UTC)
    scheduler.add_job(tick, every, misfire_grace_time=None, coalesce=True, max_instances=1)
    return scheduler
