"""Two processes that run only the tick on one PostgreSQL share the monitors, and each slot is looked at once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from goals.store import open_store
from tests.bench.watching import due, stock

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 250.0
EVERY, LOOKS = 5.0, 2


async def replica(url: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.monitors.replica", url)
    started = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT)
    assert started.stdout is not None
    assert await started.stdout.readline() == b"ticking\n"
    return started


async def claims(of: asyncio.subprocess.Process) -> list[tuple[str, str]]:
    """End it, and read what it looked at."""
    said, _ = await of.communicate(b"")
    return [(goal_id, slot) for goal_id, slot in json.loads(said)]


async def shared(url: str, number: int) -> tuple[list[list[tuple[str, str]]], dict[str, int]]:
    """What each of two looked at until all were seen LOOKS times; and how often each was, as it is stored."""
    store = await open_store(url, Path("/nowhere"))
    await stock(store, number, EVERY)
    names = [f"m{n:05}" for n in range(number)]

    async def checks() -> dict[str, int]:
        return {i: p.watched.checks for i, p in (await store.monitors.polled(names)).items()}

    async with asyncio.timeout(PATIENCE):
        both = [await replica(url) for _ in range(2)]
        await due(store, number, EVERY)
        while True:
            if min((await checks()).values()) >= LOOKS:
                break
            await asyncio.sleep(0.2)
        found = [await claims(each) for each in both]
    stored = await checks()
    await store.close()
    return found, stored


async def share(url: str, number: int) -> None:
    """Each slot is looked at once, both take part, and what is stored is what was looked at."""
    found, stored = await shared(url, number)
    slots = Counter(claim for each in found for claim in each)
    looks = Counter(goal_id for each in found for goal_id, _ in each)

    assert set(slots.values()) == {1}
    assert dict(looks) == stored
    assert all(found)


@pytest.mark.postgres
async def test_two_share_two_hundred_monitors(postgres_url: str) -> None:
    await share(postgres_url, 200)
