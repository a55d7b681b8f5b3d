"""What a turn costs apart from its agent and its verifiers: alone, late in a store's life, among fifty, with a change."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count, pairwise
from pathlib import Path
from statistics import median

from adapters.local import LocalAdapter
from bot.app import Core, open_core
from bot.settings import Settings
from goals.domain.contract import Asked
from goals.domain.values import Goal, Origin, Person
from goals.ports import Task
from tests.bench.figures import Figure, figure
from tests.bench.players import Score, players

ANA = Person("ana", "ana")
EARLY, LATE = 100, 10_000
BLOCK, BLOCKS = 50, 8
MANY, EACH, TIMES = 50, 20, 5
FILES, CHANGES = 2_000, 40


@asynccontextmanager
async def running(state: Path, score: Score, *, fixed: Path | None = None) -> AsyncIterator[Core]:
    """The bot without its web server: store, drive loop, and deliveries to the local channel."""
    settings = Settings.model_validate({"state": state, "defaults": {"checkpoint_turns": 0}})
    core, lock = await open_core(settings, fixed=fixed, plugins=players(score))
    core.bring("local", LocalAdapter(core.store.rooms, core.clock).port)
    await core.start()
    try:
        yield core
    finally:
        await core.stop()
        lock.release()


async def opened(core: Core, channel: str) -> Goal:
    """A goal that goes on for ever."""
    asked = Asked("never done", verify=({"type": "answered"},), auto_approve=True, max_turns=1_000_000)
    origin = Origin("local", channel, f"{channel}-1", f"{channel}-1")
    return await core.service.open(asked, by=ANA, origin=origin)


async def block(score: Score, turns: int) -> list[float]:
    """Milliseconds of each of so many turns of one goal in a row."""
    await score.until_waiting()
    score.asked.clear()
    score.allow(turns)
    await score.until_waiting()
    return [(after - before) * 1000 for before, after in pairwise(score.asked)][1:]


async def alone_early_and_late(place: Path) -> list[Figure]:
    """The same turns in a young store and, block by block in between, in one that has seen LATE of them."""
    young, old = Score(), Score()
    async with running(place / "young", young) as new, running(place / "old", old) as used:
        await opened(new, "demo")
        await opened(used, "demo")
        await block(young, EARLY)
        await block(old, LATE)
        pairs = [(await block(young, BLOCK), await block(old, BLOCK)) for _ in range(BLOCKS)]
    early = [turn for first, _ in pairs for turn in first]
    late = [turn for _, second in pairs for turn in second]
    ratios = [median(second) / median(first) for first, second in pairs]
    return [
        figure("one turn's own cost, no file changed", early[:200], "ms", 5.0),
        figure(f"the same, the {LATE:,}th turn in a store", late, "ms"),
        figure(f"the {LATE:,}th turn against the {EARLY}th", ratios, "×", 1.25),
    ]


async def many_at_once(place: Path) -> list[Figure]:
    """Wall time by turns while MANY goals go on at once."""
    score, per_turn = Score(), []
    async with running(place / "many", score) as core:
        for number in range(MANY):
            await opened(core, f"room-{number}")
        await score.until_waiting(MANY)
        for _ in range(TIMES):
            began = time.perf_counter()
            score.allow(MANY * EACH)
            await score.until_waiting(MANY)
            per_turn.append((time.perf_counter() - began) * 1000 / (MANY * EACH))
    return [figure(f"{MANY} goals at once, per turn", per_turn, "ms", 4.0)]


async def one_file_changed(place: Path) -> list[Figure]:
    """Turns that each change one of FILES files; and the snapshot of such a change, by itself."""
    workspace = place / "tree"
    fill(workspace)
    score, numbers = Score(), count()

    def change(task: Task) -> None:
        touch(workspace, next(numbers))

    score.act = change
    async with running(place / "changing", score, fixed=workspace) as core:
        goal = await opened(core, "demo")
        turns = await block(score, CHANGES)
        shots = [await snapshot(core, goal, workspace, CHANGES + n, next(numbers)) for n in range(CHANGES)]
    return [
        figure(f"a turn that changed one file of {FILES:,}", turns, "ms", 60.0),
        figure("its snapshot, by itself", shots, "ms"),
    ]


async def snapshot(core: Core, goal: Goal, workspace: Path, turn: int, number: int) -> float:
    touch(workspace, number)
    began = time.perf_counter()
    await core.workspaces.snapshot(goal, turn)
    return (time.perf_counter() - began) * 1000


def fill(workspace: Path) -> None:
    for number in range(FILES):
        file = path_of(workspace, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def f{number}():\n    return {number}\n" * 20)


def touch(workspace: Path, number: int) -> None:
    with path_of(workspace, number * 7 % FILES).open("a") as file:
        file.write(f"# change {number}\n")


def path_of(workspace: Path, number: int) -> Path:
    return workspace / f"package_{number % 40}" / f"module_{number}.py"
