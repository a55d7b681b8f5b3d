"""A clock that runs as the real one does and can be put ahead: hours of waiting pass in an instant."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta


class ManualClock:
    """The time of day may be put ahead; what `monotonic` measures stays real."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._put = asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._put.wait()
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Put the clock ahead and wake whom it makes late."""
        self._ahead += timedelta(seconds=seconds)
        self._put.set()
        self._put = asyncio.Event()
