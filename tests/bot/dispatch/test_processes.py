"""Workers as processes of their own: killed, frozen and woken. A goal goes on with another, once, and is worked on by one.

How long that takes is measured in tests/bench; here it has to come to the right end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
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


class Pair:
    """Two workers, and the book in which agents write that they work."""

    def __init__(self, place: Path, url: str) -> None:
        self.book, self.go = place / "book", place / "go"
        make_tables(url)
        settings = place / "goalward.toml"
        agent = [sys.executable, "-I", "-S", str(BEATING), str(self.book), str(self.go)]
        settings.write_text(
            f'store = "{url}"\ndispatch = "procrastinate"\n[workers]\nlease = "3s"\n'
            f'[agents.fixer]\ntype = "command"\nargv = {agent!r}\n'
        )
        self.both = [Served(place / name, settings, place / f"{name}.log") for name in ("one", "two")]

    async def open(self) -> tuple[Served, Served, str]:
        """Have a goal worked on; returns who does, who does not, and its id."""
        one, two = self.both
        await one.say("demo", "ana", WISH)
        await until(lambda: self.agents())
        goal_id = str((await one.goals())[0]["id"])
        first = (await self.took_up(two, goal_id))[0]
        return (one, two, goal_id) if first.endswith(str(one.state)) else (two, one, goal_id)

    async def took_up(self, served: Served, goal_id: str) -> list[str]:
        told = await served.events(goal_id)
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

    async def turns(self, served: Served, goal_id: str) -> list[int]:
        """Those that have ended, in the order of their records."""
        told = await served.events(goal_id)
        return [event["details"]["turn"] for event in told if event["event"] == "TurnEnded"]


@pytest.fixture
async def pair(tmp_path: Path, postgres_url: str) -> AsyncIterator[Pair]:
    made = Pair(tmp_path, postgres_url)
    try:
        for served in made.both:
            await served.start()
        yield made
    finally:
        for served in made.both:
            if served.process is not None:
                served.process.send_signal(signal.SIGCONT)
            await served.close()


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


async def over(served: Served, goal_id: str) -> bool:
    return bool((await served.goal(goal_id))["status"] == "paused")


async def test_when_a_worker_is_killed_another_goes_on_with_its_goal(pair: Pair) -> None:
    first, second, goal_id = await pair.open()
    await first.kill()
    await until(lambda: len(pair.agents()) == 2)
    pair.go.touch()
    await until(lambda: over(second, goal_id))
    found = (await pair.turns(second, goal_id), len(await pair.took_up(second, goal_id)), pair.overlaps())
    assert found == ([1, 2], 2, 0)


async def test_a_worker_that_is_frozen_and_woken_begins_no_second_chain_of_turns(pair: Pair) -> None:
    first, second, goal_id = await pair.open()
    os.kill(first.pid, signal.SIGSTOP)
    await until(lambda: len(pair.agents()) == 2)
    os.kill(first.pid, signal.SIGCONT)
    await until(lambda: first.goal(goal_id))
    pair.go.touch()
    await until(lambda: over(second, goal_id))
    found = (await pair.turns(second, goal_id), len(await pair.took_up(second, goal_id)), pair.overlaps())
    assert found == ([1, 2], 2, 0)


async def test_a_worker_that_is_told_to_end_hands_its_goal_on(pair: Pair) -> None:
    first, second, goal_id = await pair.open()
    status = await first.stop()
    await until(lambda: len(pair.agents()) == 2)
    pair.go.touch()
    await until(lambda: over(second, goal_id))
    found = (status, await pair.turns(second, goal_id), pair.overlaps())
    assert found == (0, [1, 2], 0)


async def test_a_turn_on_one_machine_ends_when_it_is_stopped_on_another(pair: Pair) -> None:
    first, second, goal_id = await pair.open()
    thread = (await second.goal(goal_id))["thread"]
    await second.say("demo", "ana", "/goal pause", thread=thread)
    await until(lambda: over(second, goal_id))
    await until(lambda: not alive(pair.agents()[0]))
    assert await pair.turns(first, goal_id) == []


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
