"""What a turn of the built-in agent with one judge call costs: alone, among fifty, and how long the loop stands still."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

from adapters.local import LocalAdapter
from bot.app import Core, open_core
from bot.demo.script import Call, Request, Script
from bot.settings import Settings
from goals.domain.change import Change
from goals.domain.contract import Asked
from goals.domain.events import TurnEnded
from goals.domain.usage import Price
from goals.domain.values import Origin
from goals.models import estimate
from goals.ports import Model, ModelCall, ModelReply, ToolCall
from tests.bench import scripted
from tests.bench.figures import Figure, figure
from tests.bench.turns import ANA

AGENT, JUDGE = "openai/agent-model", "openai/judge-model"
ALONE = 50
MANY, EACH, TIMES = 50, 10, 3
SLOW, SLOW_TURNS = 1.0, 4
LOOK = 0.005
STALL, WORST = 0.05, 0.2
CHEAP = {"input": 1.0, "cached": 0.1, "output": 4.0}


class Answers:
    """A model that answers in this process, at once, what the scripted server would."""

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {AGENT: scripted.agent(), JUDGE: scripted.judge()}
        self._asked = 0

    async def warm(self) -> None: ...

    async def close(self) -> None: ...

    async def complete(self, call: ModelCall) -> ModelReply:
        self._asked += 1
        answer = self._scripts[call.model](Request(call.model, call.messages, nth=self._asked))
        calls = tuple(self._call(asked) for asked in answer.calls)
        return ModelReply(answer.text, calls, fresh=1_000, output=50)

    def count(self, call: ModelCall) -> int:
        return estimate.asked(call.messages, call.tools) if call.tokens is None else call.tokens

    def price(self, model: str) -> Price | None:
        return Price(**CHEAP)

    def window(self, model: str) -> int | None:
        return None

    def _call(self, asked: Call) -> ToolCall:
        return ToolCall(f"call_{self._asked}", asked.name, asked.text)


class Ends:
    """When turns ended, in seconds of `time.perf_counter`."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self._one = asyncio.Event()

    def see(self, change: Change) -> None:
        self.at += [time.perf_counter() for event in change.events if isinstance(event, TurnEnded)]
        self._one.set()

    async def reach(self, count: int) -> None:
        while len(self.at) < count:
            self._one.clear()
            await self._one.wait()


@asynccontextmanager
async def provider(delay: float = 0.0) -> AsyncIterator[str]:
    """The address of scripted models in a process of their own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.scripted", str(delay)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def working(
    state: Path, goals: int, *, url: str = "", model: Model | None = None
) -> AsyncIterator[Ends]:
    """So many goals with a model and a judge on their way, for ever. They begin when litellm is loaded."""
    section = {"agent": AGENT, "judge": JUDGE, "base_url": url, "prices": {AGENT: CHEAP, JUDGE: CHEAP}}
    settings = Settings.model_validate(
        {"state": state, "model": section, "defaults": {"checkpoint_turns": 0, "no_progress_limit": 1_000}}
    )
    core, lock = await open_core(settings, model=model)
    core.bring("local", LocalAdapter(core.store.rooms, core.clock).port)
    ends = Ends()
    core.journal.subscribe(ends.see)
    await core.start()
    try:
        assert core.minds is not None
        await core.minds.model.warm()
        async with asyncio.TaskGroup() as group:
            for number in range(goals):
                group.create_task(_opened(core, f"room-{number}"))
        yield ends
    finally:
        await core.stop()
        lock.release()


async def _opened(core: Core, channel: str) -> None:
    asked = Asked("never done", auto_approve=True, max_turns=1_000_000)
    await core.service.open(asked, by=ANA, origin=Origin("local", channel, f"{channel}-1", f"{channel}-1"))


async def one_goal(place: Path) -> list[Figure]:
    """Milliseconds of each of ALONE turns in a row: a reply of the agent with a tool call, and the judge's word."""
    async with provider() as url:
        wall = await _alone(place / "wall", url=url)
    own = await _alone(place / "own", model=Answers())
    return [
        figure("a turn with a model and a judge over litellm", wall, "ms", 30.0),
        figure("the same, our own share", own, "ms", 8.0),
    ]


async def _alone(state: Path, *, url: str = "", model: Model | None = None) -> list[float]:
    async with working(state, 1, url=url, model=model) as ends:
        await ends.reach(ALONE + 1)
    return [(after - before) * 1000 for before, after in pairwise(ends.at[: ALONE + 1])]


async def many_goals(place: Path) -> list[Figure]:
    """Wall time by turns while MANY goals take EACH turns."""
    async with provider() as url:
        wall = [await _together(place / f"wall-{n}", url=url) for n in range(TIMES)]
    own = [await _together(place / f"own-{n}", model=Answers()) for n in range(TIMES)]
    return [
        figure(f"{MANY} goals with a model and a judge, per turn", wall, "ms", 24.0),
        figure("the same, our own share", own, "ms", 5.0),
    ]


async def _together(state: Path, *, url: str = "", model: Model | None = None) -> float:
    async with working(state, MANY, url=url, model=model) as ends:
        await ends.reach(MANY)
        began = ends.at[MANY - 1]
        await ends.reach(MANY * (EACH + 1))
    return (ends.at[MANY * (EACH + 1) - 1] - began) * 1000 / (MANY * EACH)


async def how_the_loop_stalls(place: Path) -> list[Figure]:
    """How long the loop stood still while MANY goals, in step, ask models that answer in SLOW seconds."""
    async with provider(SLOW) as url, working(place / "slow", MANY, url=url) as ends:
        await ends.reach(MANY)
        began, gaps = time.perf_counter(), []
        watching = asyncio.create_task(watch_loop(gaps), name="watch the loop")
        await ends.reach(MANY * (SLOW_TURNS + 1))
        watching.cancel()
        wall = time.perf_counter() - began
    stalls = [gap for gap in gaps if gap > STALL]
    return [
        figure("stalls of the loop over 50 ms, of the wall time", [100 * sum(stalls) / wall], "%", 1.0),
        figure("its longest stall", [max(gaps) * 1000], "ms", WORST * 1000),
    ]


async def watch_loop(gaps: list[float]) -> None:
    """Note by how much each short sleep was longer than it was to be."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(LOOK)
        gaps.append(time.perf_counter() - began - LOOK)
