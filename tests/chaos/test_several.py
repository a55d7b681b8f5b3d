"""Three workers on one PostgreSQL, killed, frozen and cut off: every goal ends right, by one agent at a time."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.chaos.beating import overlaps
from tests.chaos.crew import Ground, a_crew
from tests.chaos.strain import Strain
from tests.peers.web import Page, serving

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("beats", "expected"),
    [
        ("", []),
        ("a 1 1\na 5 1\nb 6 2\nb 9 2\n", []),
        ("a 1 1\nb 4 1\na 5 1\nb 9 1\n", [("a", "b")]),
        ("a 1 1\na 9 1\nb 4 1\n", [("a", "b")]),
    ],
)
def test_agents_that_beat_at_the_same_time_are_counted(beats: str, expected: list[tuple[str, str]]) -> None:
    assert overlaps(beats) == expected


@asynccontextmanager
async def under_way(
    place: Path, *, goals: int, steady: int, parts: int, lease: float, seed: int
) -> AsyncIterator[Strain]:
    """Three workers with so many goals, each of which takes so many turns, the `steady` ones more."""
    async with serving(Page()) as receiver:
        ground = Ground(3, goals // 3 + 1, lease, parts, receiver.host)
        async with a_crew(place, ground) as crew:
            strain = Strain(crew, receiver, random.Random(seed))
            await strain.open_all(goals, steady=steady)
            yield strain


@pytest.mark.timeout(300)
async def test_each_calamity_once_changes_nothing(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    async with under_way(tmp_path, goals=6, steady=5, parts=4, lease=3.0, seed=seed) as strain:
        await strain.play([strain.kill, strain.freeze, strain.cut, strain.restart_database], runs=2)
        assert [f"seed {seed}: {fault}" for fault in await strain.faults()] == []
        assert await strain.moved() > 0


@pytest.mark.chaos
@pytest.mark.timeout(1800)
async def test_forty_goals_survive_whatever_happens(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    async with under_way(tmp_path, goals=40, steady=10, parts=8, lease=6.0, seed=seed) as strain:
        fate = [
            *[strain.kill] * 24,
            *[strain.freeze] * 3,
            *[strain.cut] * 3,
            *[strain.kill_gateway] * 2,
            *[strain.restart_database] * 2,
        ]
        strain.dice.shuffle(fate)
        await strain.play(fate, runs=6)
        assert [f"seed {seed}: {fault}" for fault in await strain.faults()] == []
