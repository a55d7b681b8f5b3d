"""Lets tasks through one by one, so that many that could go on at the same moment do not stop everything else."""

from __future__ import annotations

import asyncio


class Turnstile:
    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def pass_through(self) -> None:
        """Return when it is this task's turn; whatever else is due comes in between."""
        async with self._lock:
            await asyncio.sleep(0)
