"""Workers as processes of their own: killed, frozen and woken. A goal goes on with another, once, and is worked on by one.

How long that takes is measured in tests/bench; here it has to come to the right end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.dispatch.tables import make_tables
from tests.peers.served import Served

pytestmark = pytest.mark.postgres

BEATING = Path(__file__).parent / "beating.py"
PATIENCE = 120.0
WISH = '/goal --agent fixer --auto-approve --max-turns 2 --no-progress-limit 9 --verify "false" go on'


class Team:
    """A gateway, two workers, and the book in which agents write that they work."""

    def __init__(self, place: Path, url: str) -> None:
        self.book, self.go = place / "book", place / "go"
        make_tables(url)
        settings = place / "goalward.toml"
        agent = [sys.executable, "-I", "-S", str(BEATING), str(self.book), str(self.go)]
        settings.write_text(
            f'store = "{url}"\ndispatch = "procrastinate"\n[workers]\nlease = "3s"\n'
            f'[agents.fixer]\ntype = "command"\nargv = {agent!r}\n'
        )
        self.gateway, *self.workers = (
            Served(place / name, settings, place / f"{name}.log", role=role)
            for name, role in (("gate", "gateway"), ("one", "worker"), ("two", "worker"))
        )

    @property
    def all(self) -> list[Served]:
        return [self.gateway, *self.workers]

    async def open(self) -> tuple[Served, str]:
        """Have a goal worked on; returns who does, and its id."""
        await self.gateway.say("demo", "ana", WISH)
        await until(self.agents)
        goal_id = str((await self.gateway.goals())[0]["id"])
        first = (await self.took_up(goal_id))[0]
        return next(worker for worker in self.workers if first.endswith(str(worker.state))), goal_id

    async def took_up(self, goal_id: str) -> list[str]:
        told = await self.gateway.events(goal_id)
        return [event["details"]["worker"] for event in told if event["event"] == "TakenUp"]

    def beats(self) -> list[tuple[int, int]]:
        """The process and the time of each, in nanoseconds."""
        lines = self.book.read_text().splitlines() if self.book.exists() else []
        return [
            (int(pid), int(at)) for _, pid, at in (line.split() for line in lines if line.count(" ") == 2)
        ]

    def agents(self) -> list[int]:
        """The processes that worked, in the order in which they began."""
        return list(dict.fromkeys(pid for pid, _ in self.beats()))

    def overlaps(self) -> int:
        """How often an agent was seen at work after the next one had begun."""
        in_order = [pid for pid, _ in sorted(self.beats(), key=lambda beat: beat[1])]
        changes = sum(before != after for before, after in pairwise(in_order))
        return changes - (len(self.agents()) - 1)

    async def turns(self, goal_id: str) -> list[int]:
        """Those that have ended, in the order of their records."""
        told = await self.gateway.events(goal_id)
        return [event["details"]["turn"] for event in told if event["event"] == "TurnEnded"]

    async def paused(self, goal_id: str) -> bool:
        return bool((await self.gateway.goal(goal_id))["status"] == "paused")


@pytest.fixture
async def team(tmp_path: Path, postgres_url: str) -> AsyncIterator[Team]:
    made = Team(tmp_path, postgres_url)
    try:
        for served in made.all:
            await served.start()
        yield made
    finally:
        for served in made.all:
            if served.process is not None:
                served.process.send_signal(signal.SIGCONT)
            await served.close()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


async def test_when_a_worker_is_killed_another_goes_on_with_its_goal(team: Team) -> None:
    first, goal_id = await team.open()
    await first.kill()
    await until(lambda: len(team.agents()) == 2)
    team.go.touch()
    await until(lambda: team.paused(goal_id))
    found = (await team.turns(goal_id), len(await team.took_up(goal_id)), team.overlaps())
    assert found == ([1, 2], 2, 0)


async def test_a_worker_that_is_frozen_and_woken_begins_no_second_chain_of_turns(team: Team) -> None:
    first, goal_id = await team.open()
    os.kill(first.pid, signal.SIGSTOP)
    await until(lambda: len(team.agents()) == 2)
    os.kill(first.pid, signal.SIGCONT)
    team.go.touch()
    await until(lambda: team.paused(goal_id))
    found = (await team.turns(goal_id), len(await team.took_up(goal_id)), team.overlaps())
    assert found == ([1, 2], 2, 0)


async def test_a_worker_that_is_told_to_end_hands_its_goal_on(team: Team) -> None:
    first, goal_id = await team.open()
    status = await first.stop()
    await until(lambda: len(team.agents()) == 2)
    team.go.touch()
    await until(lambda: team.paused(goal_id))
    assert (status, await team.turns(goal_id), team.overlaps()) == (0, [1, 2], 0)


async def test_a_turn_on_one_machine_ends_when_it_is_stopped_on_another(team: Team) -> None:
    _, goal_id = await team.open()
    thread = (await team.gateway.goal(goal_id))["thread"]
    await team.gateway.say("demo", "ana", "/goal pause", thread=thread)
    await until(lambda: not alive(team.agents()[0]))
    assert (await team.paused(goal_id), await team.turns(goal_id)) == (True, [])


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
