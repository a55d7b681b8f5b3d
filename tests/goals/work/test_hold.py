"""One process at a time works in a goal's workspace, and one that stands still keeps nobody out for ever."""

import asyncio
from pathlib import Path

from goals.work.hold import Holds

PATIENCE = 60.0


async def test_a_workspace_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    said: list[str] = []

    async def work(name: str) -> None:
        async with Holds(tmp_path, PATIENCE).of("g7k2"):
            said.append(f"{name} begins")
            await asyncio.sleep(0)
            said.append(f"{name} ends")

    await asyncio.gather(work("one"), work("two"), work("three"))
    assert [line.split()[0] for line in said[::2]] == [line.split()[0] for line in said[1::2]]


async def test_another_goal_does_not_wait(tmp_path: Path) -> None:
    holds = Holds(tmp_path, 2 * PATIENCE)
    async with asyncio.timeout(PATIENCE), holds.of("g7k2"), holds.of("h8m3"):
        pass


async def test_a_holder_that_never_lets_go_is_passed_by_after_a_while(tmp_path: Path) -> None:
    first, second = Holds(tmp_path, PATIENCE), Holds(tmp_path, 0.3)
    async with asyncio.timeout(PATIENCE), first.of("g7k2"), second.of("g7k2"):
        pass
