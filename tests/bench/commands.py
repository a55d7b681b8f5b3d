"""What it costs to run one command, and what the walls of bubblewrap add to that."""

from __future__ import annotations

import os
import time
from pathlib import Path

from goals.ports import Command
from goals.work.bubblewrap import Bubblewrap
from goals.work.executor import Limits, LocalExecutor
from tests.bench.figures import Figure, figure
from tests.peers.walls import found

TIMES = 60
BEFORE = 5


async def what_a_sandbox_adds(place: Path) -> list[Figure]:
    """Milliseconds of `true`, one after the other: as a plain process, and the difference in bubblewrap."""
    program, lacks = found()
    plain = LocalExecutor(place / "state", Limits(), os.environ)
    workspace = place / "workspace"
    workspace.mkdir(parents=True)
    if lacks:
        return [figure("one command, start to end", await _each(plain, workspace), "ms", note=lacks)]
    walled = LocalExecutor(place / "state", Limits(), os.environ, Bubblewrap(program, (place / "state",)))
    without, within = await _each(plain, workspace), await _each(walled, workspace)
    added = [a - b for a, b in zip(sorted(within), sorted(without), strict=True)]
    return [
        figure("one command, start to end", without, "ms"),
        figure("what bubblewrap adds to it", added, "ms"),
    ]


async def _each(executor: LocalExecutor, workspace: Path) -> list[float]:
    seen = []
    for _ in range(BEFORE + TIMES):
        began = time.perf_counter()
        await executor.run(Command(workspace, ("true",)))
        seen.append(1000 * (time.perf_counter() - began))
    return seen[BEFORE:]
