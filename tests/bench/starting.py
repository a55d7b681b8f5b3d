"""What a start costs: `goalward serve` until it is ready, and taking up goals that stood unfinished."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from goals.domain import lifecycle
from goals.domain.change import Change
from goals.domain.facts import Admitted, BaselineTaken
from goals.domain.values import Check, Goal, Origin, Request, Status, Step, VerifierSpec
from goals.store import Store, open_store
from goals.work.executor import LocalExecutor
from goals.work.workspace import LocalWorkspaces
from tests.bench.figures import Figure, figure
from tests.bench.players import CALL, Score
from tests.bench.turns import ANA, running
from tests.given import NOW
from tests.peers.served import Served
from tests.peers.started import anew

STARTS = 7
SETTLED = 3.0
TIMES = 3
ACTIVE, BEHIND, FREE = 500, 480, 20
AT_WORK = 50
MB = 1024 * 1024


async def until_ready(place: Path) -> list[Figure]:
    """Seconds from the start of the process to its ready line; its memory then, and some seconds later."""
    settings = no_settings(place)
    seconds, at_once, later = [], [], []
    for number in range(STARTS + 1):
        served = Served(place / f"state-{number}", settings, place / "log", anew)
        began = time.perf_counter()
        await served.start()
        took, size = time.perf_counter() - began, resident(served.pid)
        if number:  # the first start compiles
            seconds.append(took)
            at_once.append(size)
        if number > STARTS - 2:
            await asyncio.sleep(SETTLED)
            later.append(resident(served.pid))
        await served.stop()
    return [
        figure("`goalward serve` from start to ready", seconds, "s", 1.5),
        figure("its memory when ready", at_once, "MB", 110.0),
        figure(f"its memory {SETTLED:g} s later", later, "MB", 110.0),
    ]


def no_settings(place: Path) -> Path:
    """A settings file in which nothing is set."""
    place.mkdir(exist_ok=True)
    file = place / "goalward.toml"
    file.write_text("")
    return file


def resident(pid: int) -> float:
    """MB that a process has in memory, shared pages included."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / MB


async def recovered(place: Path) -> list[Figure]:
    """Seconds from the start of the bot until a thousand unfinished goals are on their way again.

    Most were in the middle of a turn; others wait behind them, and some for slots that were just freed.
    """
    seconds = [await _recovery(place / f"recovery-{number}") for number in range(TIMES)]
    return [figure(f"recovery of {ACTIVE + BEHIND + FREE:,} unfinished goals", seconds, "s", 2.0)]


async def _recovery(state: Path) -> float:
    await _unfinished(state)
    score = Score()
    began = time.perf_counter()
    async with running(state, score) as core:
        await score.until_waiting(AT_WORK)
        while (await core.store.goals.counts())[Status.ACTIVE] < ACTIVE + FREE:
            await core.clock.sleep(0.005)
        return time.perf_counter() - began


async def _unfinished(state: Path) -> None:
    """A store with ACTIVE goals in the middle of a turn, BEHIND queued behind them, FREE that have a slot."""
    store = await open_store("", state)
    workspaces = LocalWorkspaces(state, LocalExecutor(state, environ={}))
    async with asyncio.TaskGroup() as group:
        for number in range(ACTIVE):
            group.create_task(_in_a_turn(store, workspaces, f"a{number}", f"room-{number}"))
    async with asyncio.TaskGroup() as group:
        for number in range(BEHIND):
            group.create_task(_queued(store, f"q{number}", f"room-{number}"))
        for number in range(FREE):
            group.create_task(_queued(store, f"f{number}", f"free-{number}"))
    await store.close()


async def _queued(store: Store, goal_id: str, channel: str) -> Goal:
    request = Request("never done", verifiers=(VerifierSpec("answered"),), auto_approve=True)
    origin = Origin("local", channel, f"{channel}-{goal_id}", f"{channel}-{goal_id}")
    goal = Goal(goal_id, request, ANA, origin, created_at=NOW, queued_at=NOW)
    return await _record(store, lifecycle.opened(goal))


async def _in_a_turn(store: Store, workspaces: LocalWorkspaces, goal_id: str, channel: str) -> None:
    goal = await _queued(store, goal_id, channel)
    await workspaces.open(goal)
    at = goal.created_at
    goal = await _record(store, lifecycle.apply(goal, Admitted(at, 0)))
    goal = await _record(store, lifecycle.apply(goal, BaselineTaken(at, Check(at, "tree", 1), "tree")))
    await store.steps.append(goal_id, Step(goal.turn + 1, CALL, "call", {}, at, goal.epoch))


async def _record(store: Store, change: Change) -> Goal:
    return await store.goals.record(change, at=change.goal.created_at)
