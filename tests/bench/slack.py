"""How fast Slack is answered while goals are worked on: acknowledgements, threads, events, and none of them lost or doubled.

The workspace is a process of its own and measures at its own end of the wire.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from adapters.local import LocalAdapter
from bot.app import Core, open_core
from bot.platforms import Platforms
from bot.quick import be_quick
from bot.settings import Settings
from goals.domain.contract import Asked
from goals.domain.events import Steered
from goals.domain.values import Origin
from tests.bench.beside import There, beside
from tests.bench.figures import Figure, figure
from tests.bench.minds import AGENT, CHEAP, JUDGE, provider
from tests.bench.turns import ANA

AT_WORK, ANSWERS_IN = 50, 3.0
COMMANDS, PER_SECOND = 2_000, 100
EVENTS, EVENTS_PER_SECOND = 3_000, 300
STORM, DOUBLED, CUT_EVERY = 5_000, 20, 10.0
THREADS, TALKED_IN = 10, 50


def workspace() -> AbstractAsyncContextManager[There]:
    return beside("tests.bench.slack_side")


@asynccontextmanager
async def listening(state: Path, there: There, *, url: str = "", at_work: int = 0) -> AsyncIterator[Core]:
    """The bot in that workspace, with so many goals on their way whose model answers at `url`."""
    settings = Settings.model_validate(_settings(state, there, url))
    core, lock = await open_core(settings)
    core.bring("local", LocalAdapter(core.store.rooms, core.clock).port)
    platforms = Platforms(core)
    await core.start()
    try:
        await platforms.start()
        await _ready(core)
        if core.minds is not None:
            await core.minds.model.warm()
        for number in range(at_work):
            asked = Asked("never done", auto_approve=True, max_turns=1_000_000)
            origin = Origin("local", f"room-{number}", "1", "1")
            await core.service.open(asked, by=ANA, origin=origin)
        be_quick()
        yield core
    finally:
        await platforms.stop()
        await core.stop()
        await platforms.close()
        lock.release()


async def _ready(core: Core) -> None:
    async with asyncio.timeout(30):
        while True:
            if not await core.problems():
                return
            await asyncio.sleep(0.05)


def _settings(state: Path, there: There, url: str) -> dict[str, Any]:
    model = {"agent": AGENT, "judge": JUDGE, "base_url": url, "prices": {AGENT: CHEAP, JUDGE: CHEAP}}
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    place = {name: there.place[name] for name in ("api", "bot_token", "app_token")}
    return {
        "state": state,
        "slack": place,
        "channels": {f"slack:{there.place['team']}:*": everything | {"slots": 100}},
        "agents": {"idle": {"type": "command", "command": "true"}},
        "defaults": {"checkpoint_turns": 0, "no_progress_limit": 1_000},
        **({"model": model} if url else {}),
    }


async def acknowledging(place: Path) -> list[Figure]:
    """PER_SECOND commands a second while AT_WORK goals are worked on by a model that answers in ANSWERS_IN seconds."""
    async with (
        provider(ANSWERS_IN) as url,
        workspace() as there,
        listening(place, there, url=url, at_work=AT_WORK),
    ):
        took = await there.do("commands", rate=PER_SECOND, count=COMMANDS)
    answered = [ms for ms in took if ms is not None]
    return [
        figure("a slash command to its acknowledgement, p99", [_p99(answered)], "ms", 50.0),
        figure("commands without one", [float(len(took) - len(answered))], "", 0.0),
    ]


async def opening(place: Path) -> list[Figure]:
    """From a command to the thread that people see."""
    async with workspace() as there, listening(place, there):
        goals = [
            await there.do("opens", text=f"--agent idle --verify false task {n}") for n in range(THREADS)
        ]
    return [figure("a slash command to its thread", [goal["ms"] for goal in goals], "ms", 300.0)]


async def hearing(place: Path) -> list[Figure]:
    """EVENTS_PER_SECOND replies a second in many threads: seconds until all are carried out after the last came."""
    async with workspace() as there, listening(place, there) as core:
        threads = await _resting(there, core)
        took = await there.do("replies", rate=EVENTS_PER_SECOND, count=EVENTS, threads=threads)
        began = asyncio.get_running_loop().time()
        await core.inbox.settled()
        behind = asyncio.get_running_loop().time() - began
    answered = [ms for ms in took if ms is not None]
    return [
        figure(f"{EVENTS_PER_SECOND} events a second: acknowledged, p99", [_p99(answered)], "ms", 1_000.0),
        figure("the same: not acknowledged", [float(len(took) - len(answered))], "", 0.0),
        figure("the same: handled after the last came", [behind], "s", None),
    ]


async def losing_nothing(place: Path) -> list[Figure]:
    """STORM replies, each DOUBLEDth told twice, while one of the sockets is torn off every CUT_EVERY seconds."""
    async with workspace() as there, listening(place, there) as core:
        threads, rate = await _resting(there, core), EVENTS_PER_SECOND / 2
        await there.do("storm", rate=rate, count=STORM, threads=threads, doubled=DOUBLED, cut_every=CUT_EVERY)
        await core.inbox.settled()
        told = Counter(await _told(core))
    lost = sum(f"word {number}" not in told for number in range(STORM))
    return [
        figure(f"of {STORM} events lost", [float(lost)], "", 0.0),
        figure("doubled", [float(sum(times > 1 for times in told.values()))], "", 0.0),
    ]


async def _resting(there: There, core: Core) -> list[str]:
    """The threads of paused goals: what is said there is kept for the agent, and nothing else happens."""
    for n in range(TALKED_IN):
        await there.do("opens", text=f"--agent idle --verify false task {n}")
    await core.inbox.settled()
    goals = await core.service.goals()
    for goal in goals:
        await core.service.pause(goal.id, ANA)
    return [goal.origin.thread for goal in goals]


async def _told(core: Core) -> list[str]:
    """What the goals were told."""
    goals = await core.service.goals()
    events = [stored.event for goal in goals for stored in await core.service.events(goal.id)]
    return [event.text for event in events if isinstance(event, Steered)]


def _p99(took: list[float]) -> float:
    return quantiles(took, n=100)[98]
