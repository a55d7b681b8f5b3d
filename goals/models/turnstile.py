"""Lets tasks through one by one, so that many that could go on at the same moment do not stop everything else, and
people who wait go before them.
"""

from __future__ import annotations

import asyncio

from goals.right_of_way import RightOfWay


class Turnstile:
    def __init__(self, way: RightOfWay) -> None:
        self._way = way
        self._lock = asyncio.Lock()

    async def pass_through(self) -> None:
        """Return when it is this task's turn; whatever else is due comes in between."""
        async with self._lock:
            await asyncio.sleep(0)
            await self._way.give_way()
