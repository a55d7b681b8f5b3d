"""One turn, killed at a chosen point: what was done is not done again, and what is not known is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goals.domain.transitions.drive import INTERRUPTED
from tests.chaos.test_kills import a_world
from tests.chaos.world import KINDS, World, wish
from tests.peers.witness import Held

BUILDER = KINDS[0]

pytestmark = pytest.mark.timeout(300)


async def opened(world: World) -> str:
    return await world.served.say("demo", "ana", wish(BUILDER, world.witness.port), act="open")


async def reached(world: World, point: str) -> Held:
    """The next script that comes to a point; all others are let go."""
    while True:
        held = await world.witness.next(30)
        assert held is not None, f"nobody came to {point}"
        if held.sighting.point == point:
            return held
        held.let_go()


async def killed_at(world: World, *points: str) -> None:
    """Kill the server as soon as a script came to the first point, then to the next, and so on."""
    for point in points:
        await reached(world, point)
        await world.kill()


async def parked(world: World) -> dict[str, Any]:
    """The goal, once it goes on no more."""
    while True:
        goals = await world.served.goals()
        if goals and goals[0]["status"] not in ("queued", "active"):
            return goals[0]
        if (held := await world.witness.next(0.1)) is not None:
            held.let_go()


def prompts(world: World) -> dict[int, str]:
    return {s.turn: s.text for s in world.witness.seen if s.point == "agent-starts"}


async def test_a_run_cut_short_is_not_repeated_and_the_next_is_told_once(tmp_path: Path) -> None:
    async with a_world(tmp_path / "world", 1) as world:
        await opened(world)
        await killed_at(world, "agent-works")
        (await reached(world, "agent-ends")).let_go()
        await killed_at(world, "verifier-starts")
        goal = await parked(world)
        told = {turn: INTERRUPTED in text for turn, text in prompts(world).items()}
        assert (goal["label"], told) == ("proven", {1: False, 2: True, 3: False, 4: False})


async def test_a_run_that_ended_is_not_repeated_when_its_check_is_cut_short(tmp_path: Path) -> None:
    async with a_world(tmp_path / "world", 2) as world:
        await opened(world)
        (await reached(world, "agent-ends")).let_go()
        await killed_at(world, "verifier-starts", "verifier-ends")
        goal = await parked(world)
        starts = [s.turn for s in world.witness.seen if s.point == "agent-starts"]
        assert (goal["label"], goal["turns"], starts) == ("proven", 3, [1, 2, 3])


async def test_time_in_which_nothing_ran_is_not_active_time(tmp_path: Path) -> None:
    async with a_world(tmp_path / "world", 3) as world:
        await opened(world)
        (await reached(world, "agent-ends")).let_go()
        await killed_at(world, "verifier-starts", "verifier-starts", "verifier-starts")
        goal = await parked(world)
        assert goal["active_seconds"] < goal["elapsed_seconds"] - world.downtime


async def test_a_goal_that_was_cut_short_three_times_in_a_row_waits_for_a_person(tmp_path: Path) -> None:
    async with a_world(tmp_path / "world", 4) as world:
        thread = await opened(world)
        await killed_at(world, "agent-starts", "agent-works", "agent-ends")
        goal = await parked(world)
        assert (goal["status"], goal["reason"], goal["turns"]) == ("paused", "agent", 3)
        await world.served.say("demo", "ana", "/goal resume", thread=thread)
        await reached(world, "agent-starts")
