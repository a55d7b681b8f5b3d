"""A bell that anybody may ring and one loop waits for, or for a time, whichever comes first."""

from __future__ import annotations

import asyncio

from goals.ports import Clock


class Bell:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring (or at once, if it rang since the last wait) or after `seconds`."""
        ring = asyncio.ensure_future(self._rung.wait())
        time = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait((ring, time), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ring.cancel()
            time.cancel()
            self._rung.clear()
