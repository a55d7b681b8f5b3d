"""Several stores on one PostgreSQL, as several processes have them, and what each hears of the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from goals.domain.parts import Part
from goals.ports.sharing import Signal, Topic
from goals.store import Store, open_store

TTL = 3.0
"""Seconds, where somebody is to be missed."""

LONG = 600.0
"""Nobody is missed, however slow the machine is."""

PATIENCE = 60.0


@dataclass
class Sharer:
    """One of them; `heard` is everything but the regular looks and the comings and goings."""

    store: Store
    heard: list[Signal] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, signal: Signal) -> None:
        if signal.topic not in (Topic.LOOK, Topic.LEASE):
            self.heard.append(signal)
            self._news.set()

    async def until(self, fits: Callable[[list[Signal]], bool]) -> list[Signal]:
        """What was heard, once it fits."""
        async with asyncio.timeout(PATIENCE):
            while not fits(self.heard):
                self._news.clear()
                await self._news.wait()
        return self.heard


@asynccontextmanager
async def sharer(
    url: str, state: Path, *, ttl: float = LONG, parts: Collection[Part] = ()
) -> AsyncIterator[Sharer]:
    """A store that is shared, of a process that listens and is at work by now, at these parts of the work."""
    store = await open_store(url, state, ttl=ttl, parts=parts)
    one = Sharer(store)
    store.signals.subscribe(one.hear)
    tasks = [asyncio.create_task(store.signals.run()), asyncio.create_task(store.leases.run())]
    try:
        await one.until(lambda heard: Signal(Topic.GAP) in heard)
        async with store.leases.lease(f"of {id(one)}").held():
            one.heard.clear()
        yield one
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()
