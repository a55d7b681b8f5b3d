"""Of several processes one hears Discord at a time; another takes over when it is not that one's turn any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from adapters.discord.client import DiscordClient
from adapters.discord.gateway import Gateway, Pace
from goals.clock import SystemClock
from tests.peers.discord import Discord


class Turns:
    """A lease for which many ask, and that whoever has it can be made to lose."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.lost = asyncio.Event()

    @property
    def mine(self) -> bool:
        return self._lock.locked()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        async with self._lock:
            self.lost = asyncio.Event()
            yield self.lost


class Process:
    def __init__(self, turns: Turns) -> None:
        self.gaps: list[datetime] = []
        self.client = DiscordClient(
            lambda event, told, place: self.gateway.told(event), message_content=False, between_sessions=0
        )
        self.gateway = Gateway(self.client, turns, self._gap, SystemClock(), Pace(look=0.05))

    async def _gap(self, since: datetime) -> None:
        self.gaps.append(since)

    @property
    def hears(self) -> bool:
        return len(self.gaps) > 0 and self.gateway.unheard() is not None and not self.gateway.problem()

    @asynccontextmanager
    async def running(self, token: str) -> AsyncIterator[None]:
        await self.client.enter(token)
        hearing = asyncio.create_task(self.gateway.run())
        try:
            yield
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)
            await self.client.close()


async def test_one_process_hears_and_another_takes_over_and_reads_back_what_was_missed(
    discord: Discord,
) -> None:
    turns = Turns()
    processes = [Process(turns) for _ in range(2)]
    async with AsyncExitStack() as stack:
        for process in processes:
            await stack.enter_async_context(process.running(discord.token))
        await discord.until(lambda: any(process.hears for process in processes))
        first, second = sorted(processes, key=lambda process: not process.hears)
        before = (discord.gateway.identified, second.gateway.problem(), second.gateway.unheard())
        turns.lost.set()
        await discord.until(lambda: second.hears and len(discord.gateway.wires) == 1)
        after = (discord.gateway.identified, first.gateway.problem(), first.gateway.unheard())
        gaps = [len(process.gaps) for process in (first, second)]
    assert (before, after, gaps) == ((1, "", None), (2, "", None), [1, 1])
