"""What one process does at a time is done while its lease is ours: it stops when that is lost, and begins again with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from goals.leased import while_mine


class Lent:
    """A lease that is given, and taken away, by the test."""

    mine = True

    def __init__(self) -> None:
        self.times = 0
        self.lost = asyncio.Event()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        self.times += 1
        self.lost = asyncio.Event()
        yield self.lost


class Work:
    def __init__(self) -> None:
        self.begun, self.ended = 0, 0
        self.begins: asyncio.Queue[None] = asyncio.Queue()
        self.over = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        self.begins.put_nowait(None)
        try:
            await self.over.wait()
        finally:
            self.ended += 1


async def next_beginning(work: Work) -> None:
    async with asyncio.timeout(20):
        await work.begins.get()


async def test_it_stops_with_the_lease_and_begins_anew_with_the_next() -> None:
    lease, work = Lent(), Work()
    working = asyncio.create_task(while_mine(lease, work))
    await next_beginning(work)
    lease.lost.set()
    await next_beginning(work)
    seen = (work.ended, lease.times)
    work.over.set()
    await working

    assert (seen, work.ended) == ((1, 2), 2)


async def test_what_breaks_in_the_work_breaks_the_whole() -> None:
    async def broken() -> None:
        raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        await while_mine(Lent(), broken)


async def test_who_is_cancelled_leaves_no_work_behind() -> None:
    lease, work = Lent(), Work()
    working = asyncio.create_task(while_mine(lease, work))
    await next_beginning(work)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert (work.begun, work.ended) == (1, 1)
