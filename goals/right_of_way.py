"""People first: who waits to be acknowledged goes before work that nobody waits for within the second.

One event loop carries both. Of many model calls that are begun at the same moment, each takes milliseconds of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AT_MOST = 0.02
"""Seconds that work gives way at a time: many who come without a pause slow it down, and do not stop it."""


class RightOfWay:
    def __init__(self) -> None:
        self._ahead = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Go before all that gives way."""
        self._ahead += 1
        self._free.clear()
        try:
            yield
        finally:
            self._ahead -= 1
            if not self._ahead:
                self._free.set()

    async def free(self) -> None:
        """Return when nobody is ahead."""
        await self._free.wait()

    async def give_way(self) -> None:
        """Return when nobody is ahead, or after AT_MOST."""
        if self._ahead:
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_MOST):
                    await self._free.wait()
