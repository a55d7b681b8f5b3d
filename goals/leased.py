"""Work that one process does at a time, of all that could: as long as a lease is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from goals.ports.sharing import Lease


async def while_mine(lease: Lease, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Work while the lease is ours, and anew whenever it is again. Returns, or raises, when the work itself does."""
    while True:
        async with lease.held() as lost:
            working = asyncio.create_task(work(), name="work under a lease")
            losing = asyncio.create_task(lost.wait(), name="lose a lease")
            try:
                await asyncio.wait((working, losing), return_when=asyncio.FIRST_COMPLETED)
            finally:
                losing.cancel()
                ended = working.done()
                working.cancel()
                await asyncio.gather(working, losing, return_exceptions=True)
            if ended:
                return await working
