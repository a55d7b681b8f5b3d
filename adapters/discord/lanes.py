"""Work that goes on at once in different places and in order in each of them, and is ended with whoever began it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Lanes:
    def __init__(self) -> None:
        self._last: dict[object, asyncio.Task[None]] = {}

    def add(self, lane: object, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do this after all that was added to the same lane before."""
        task = asyncio.create_task(_after(self._last.get(lane), work), name=name)
        self._last[lane] = task
        task.add_done_callback(lambda done: self._done(lane, done))

    async def settled(self, seconds: float) -> bool:
        """Whether all is done, at most after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while self._last:
                    await asyncio.wait(set(self._last.values()))
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Leave undone what is not done."""
        tasks = list(self._last.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, lane: object, task: asyncio.Task[None]) -> None:
        if self._last.get(lane) is task:
            del self._last[lane]
        if not task.cancelled() and (broken := task.exception()):
            log.error("%s broke", task.get_name(), exc_info=broken)


async def _after(before: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
    try:
        if before is not None:
            await asyncio.wait({before})
    except asyncio.CancelledError:
        work.close()
        raise
    await work
