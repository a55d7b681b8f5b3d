"""What it costs that other machines can go on with a goal: the push of a turn that changed something."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from goals.clock import SystemClock
from goals.domain.values import Goal, Origin, Person, Request
from goals.work.executor import LocalExecutor
from goals.work.volume import Volume
from goals.work.workspace import LocalWorkspaces
from tests.bench.figures import Figure, figure

FILES, TURNS = 2_000, 30


async def storing_a_turn(place: Path) -> list[Figure]:
    """Each turn changes one of FILES files; its snapshot is taken before, and not counted."""
    volume, state, files = place / "volume", place / "state", place / "files"
    await asyncio.to_thread(_written, volume, files)
    executor = LocalExecutor(state, environ=os.environ)
    workspaces = LocalWorkspaces(state, executor, snapshots=Volume(volume))
    now = SystemClock().now()
    goal = Goal("bench", Request("x", repo=str(files)), Person("ana"), Origin("local", "demo", "1"), now, now)
    directory = await workspaces.open(goal)
    await workspaces.save(goal)
    cpu, wall = [], []
    for turn in range(1, TURNS + 1):
        (directory / "7.txt").write_text(f"changed in turn {turn}\n")
        await workspaces.snapshot(goal, turn)
        began, used = time.monotonic(), time.process_time()
        said = await workspaces.save(goal)
        assert not said, said
        cpu.append((time.process_time() - used) * 1000)
        wall.append((time.monotonic() - began) * 1000)
    return [
        figure("storing a turn for other machines, processor time", cpu, "ms", 80.0),
        figure("the same by the clock", wall, "ms"),
    ]


def _written(volume: Path, files: Path) -> None:
    for directory in (volume, files):
        directory.mkdir(parents=True)
    for number in range(FILES):
        (files / f"{number}.txt").write_text(f"file {number}\n" * 20)
