"""Killed around the edge of a monitor: its hook reaches the receiver under one key, and people are told once."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.peers.served import Served
from tests.peers.web import Asked, Page, serving
from tests.peers.web import Served as Web

LATEST = 0.4
"""Seconds after the answer that is an edge until the kill, at the most."""
PATIENCE = 120.0


@dataclass(slots=True)
class Edges:
    """Monitors of `/health/N`, each with a webhook to `/hook/N`; what is `up` answers 200."""

    served: Served
    web: Web
    dice: random.Random
    threads: dict[str, str] = field(default_factory=dict)
    up: set[str] = field(default_factory=set)
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, asked: Asked) -> Page:
        if not asked.path.startswith("/health/"):
            return Page(200)
        if asked.path.rpartition("/")[2] not in self.up:
            return Page(500)
        self.seen.set()
        return Page(200, "up")

    async def open(self, name: str) -> None:
        verifier = json.dumps({"type": "http", "url": f"{self.web.url}/health/{name}"})
        hook = f"webhook:{self.web.url}/hook/{name}"
        wish = f"/goal --monitor --verify '{verifier}' --every 5s --on-achieved {hook} {name} is up"
        self.threads[name] = await self.served.say("demo", "ana", wish, act=f"open {name}")

    async def killed_at_the_edge_of(self, name: str) -> None:
        self.seen.clear()
        self.up.add(name)
        async with asyncio.timeout(PATIENCE):
            await self.seen.wait()
        await asyncio.sleep(self.dice.uniform(0, LATEST) ** 2 / LATEST)  # most soon after it
        await self.served.kill()
        await self.served.start()

    async def told(self, name: str) -> None:
        """Return when its edge has reached everybody."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if self.keys(name) and await self._said(name):
                    return
                await asyncio.sleep(0.05)

    def keys(self, name: str) -> set[str]:
        """The keys that its hook came under."""
        return {a.headers["idempotency-key"] for a in self.web.asked if a.path == f"/hook/{name}"}

    async def _said(self, name: str) -> list[str]:
        """What the thread was told besides the card."""
        messages = await self.served.thread("demo", self.threads[name])
        return [m["text"] for m in messages if m["bot"] and not m["text"].startswith("👁")]

    async def faults(self) -> list[str]:
        return [fault for name in self.threads for fault in await self._faults_of(name)]

    async def _faults_of(self, name: str) -> list[str]:
        said, keys = await self._said(name), self.keys(name)
        (goal,) = [g for g in await self.served.goals() if g["thread"] == self.threads[name]]
        fired = [e for e in await self.served.events(goal["id"]) if e["event"] == "Fired"]
        wrong = [f"{name}: {len(fired)} edges, keys {keys}, said {said}"]
        return [] if (len(fired), len(keys), len(said)) == (1, 1, 1) else wrong


@asynccontextmanager
async def edges(place: Path, number: int, seed: int) -> AsyncIterator[Edges]:
    async with serving(lambda asked: watched.answer(asked)) as web:
        file = place / "goalward.toml"
        file.write_text(f'[http]\nhosts = ["{web.host}"]\n')
        served = Served(place / "state", file, place / "log")
        watched = Edges(served, web, random.Random(seed))
        await served.start()
        try:
            for n in range(number):
                await watched.open(f"n{n}")
            yield watched
        finally:
            await served.close()


async def survived(place: Path, kills: int) -> list[str]:
    seed = random.randrange(1_000_000)
    async with edges(place, kills, seed) as watched:
        for n in range(kills):
            await watched.killed_at_the_edge_of(f"n{n}")
        for n in range(kills):
            await watched.told(f"n{n}")
        return [f"seed {seed}: {fault}" for fault in await watched.faults()]


@pytest.mark.timeout(600)
async def test_three_kills_around_edges_fire_each_once(tmp_path: Path) -> None:
    assert await survived(tmp_path, 3) == []


@pytest.mark.chaos
async def test_fifty_kills_around_edges_fire_each_once(tmp_path: Path) -> None:
    assert await survived(tmp_path, 50) == []
