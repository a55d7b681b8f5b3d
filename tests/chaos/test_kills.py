"""Killed at any instant: every goal ends as it would have, and nothing is done or said twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.chaos.standing import faults, left_over
from tests.chaos.world import World, settings
from tests.peers.served import Served
from tests.peers.witness import watching


@asynccontextmanager
async def a_world(place: Path, seed: int) -> AsyncIterator[World]:
    """A server that runs, with a witness to what its agents and verifiers do."""
    async with watching() as witness:
        served = Served(place / "state", written(place, settings(witness.port)), place / "log")
        await served.start()
        try:
            yield World(served, witness, random.Random(seed))
        finally:
            await served.close()


def written(place: Path, text: str) -> Path:
    place.mkdir()
    file = place / "goalward.toml"
    file.write_text(text)
    return file


async def survived(place: Path, seed: int, kills: int) -> list[str]:
    """What is wrong after so many kills."""
    async with a_world(place, seed) as world:
        await world.play(kills)
        await world.told()
        wrong = await faults(world)
        assert await world.served.stop() == 0
        return [f"seed {seed}: {fault}" for fault in [*wrong, *await left_over(world.served.state)]]


async def survived_two(place: Path, kills: int) -> list[str]:
    """Two servers side by side, each killed so many times."""
    seeds = random.sample(range(1_000_000), 2)
    both = [survived(place / f"world-{seed}", seed, kills) for seed in seeds]
    return [fault for found in await asyncio.gather(*both) for fault in found]


@pytest.mark.timeout(600)
async def test_thirty_kills_change_nothing(tmp_path: Path) -> None:
    assert await survived_two(tmp_path, kills=15) == []


@pytest.mark.chaos
async def test_two_hundred_kills_change_nothing(tmp_path: Path) -> None:
    assert await survived_two(tmp_path, kills=100) == []
