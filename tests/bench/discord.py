"""How fast Discord is answered while goals are worked on, and that a flood of what people say to each other neither
drowns a word that is meant for a goal nor stills a heartbeat.

The server is a process of its own and measures at its own end of the wire.
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
from tests.bench.discord_side import BEAT
from tests.bench.figures import Figure, figure
from tests.bench.minds import AGENT, CHEAP, JUDGE, provider, watch_loop
from tests.bench.turns import ANA

AT_WORK, ANSWERS_IN = 50, 3.0
COMMANDS, PER_SECOND = 1_000, 50
EVENTS, EVENTS_PER_SECOND, MEANT = 10_000, 1_000, 20
TALKED_IN = 20


def server() -> AbstractAsyncContextManager[There]:
    return beside("tests.bench.discord_side")


@asynccontextmanager
async def listening(state: Path, there: There, *, url: str = "", at_work: int = 0) -> AsyncIterator[Core]:
    """The bot in that server, with so many goals on their way whose model answers at `url`."""
    core, lock = await open_core(Settings.model_validate(_settings(state, there, url)))
    core.bring("local", LocalAdapter(core.store.rooms, core.clock).port)
    platforms = Platforms(core)
    await core.start()
    try:
        await platforms.start()
        await there.do("heard")
        if core.minds is not None:
            await core.minds.model.warm()
        for number in range(at_work):
            asked = Asked("never done", auto_approve=True, max_turns=1_000_000)
            await core.service.open(asked, by=ANA, origin=Origin("local", f"room-{number}", "1", "1"))
        be_quick()
        yield core
    finally:
        await platforms.stop()
        await core.stop()
        await platforms.close()
        lock.release()


def _settings(state: Path, there: There, url: str) -> dict[str, Any]:
    model = {"agent": AGENT, "judge": JUDGE, "base_url": url, "prices": {AGENT: CHEAP, JUDGE: CHEAP}}
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    return {
        "state": state,
        "discord": dict(there.place),
        "channels": {f"discord:{there.place['guild']}:*": everything | {"slots": 100}},
        "agents": {"idle": {"type": "command", "command": "true"}},
        "defaults": {"checkpoint_turns": 0, "no_progress_limit": 1_000},
        **({"model": model} if url else {}),
    }


async def deferring(place: Path) -> list[Figure]:
    """PER_SECOND commands a second while AT_WORK goals are worked on by a model that answers in ANSWERS_IN seconds."""
    async with (
        provider(ANSWERS_IN) as url,
        server() as there,
        listening(place, there, url=url, at_work=AT_WORK),
    ):
        took = await there.do("commands", rate=PER_SECOND, count=COMMANDS)
    answered = [ms for ms in took if ms is not None]
    return [
        figure("Discord: a command to its acknowledgement, p99", [_p99(answered)], "ms", 100.0),
        figure("Discord: commands without one", [float(len(took) - len(answered))], "", 0.0),
    ]


async def hearing(place: Path) -> list[Figure]:
    """EVENTS_PER_SECOND events a second, each MEANT-th a word to a goal: none is lost, and the heart beats on."""
    async with server() as there, listening(place, there) as core:
        threads = await _resting(there, core)
        beats, gaps = len(await there.do("beats", since=0)), []
        watching = asyncio.create_task(watch_loop(gaps), name="watch the loop")
        await there.do("talk", rate=EVENTS_PER_SECOND, count=EVENTS, threads=threads, meant=MEANT)
        told = await _all_told(core, EVENTS // MEANT)
        watching.cancel()
        late = max(await there.do("beats", since=beats)) - BEAT
    of = f"Discord: {EVENTS_PER_SECOND} events a second"
    return [
        figure(f"{of}: words lost or doubled", [float(_wrong(told))], "", 0.0),
        figure(f"{of}: the latest heartbeat, late by", [late], "s", BEAT / 2),
        figure(f"{of}: stalls of the loop, p99", [1000 * _p99(gaps)], "ms", 50.0),
    ]


async def _resting(there: There, core: Core) -> list[str]:
    """The threads of paused goals: what is said there is kept for the agent, and nothing else happens."""
    threads = [
        await there.do("opens", text=f"--agent idle --verify false task {n}") for n in range(TALKED_IN)
    ]
    for goal in await core.service.goals():
        await core.service.pause(goal.id, ANA)
    return threads


async def _all_told(core: Core, number: int) -> Counter[str]:
    """What the goals were told, once that is so much, or after a while."""
    for _ in range(600):
        await core.inbox.settled()
        told = Counter(await _told(core))
        if len(told) >= number:
            break
        await asyncio.sleep(0.1)
    return told


async def _told(core: Core) -> list[str]:
    goals = await core.service.goals()
    events = [stored.event for goal in goals for stored in await core.service.events(goal.id)]
    return [event.text for event in events if isinstance(event, Steered)]


def _wrong(told: Counter[str]) -> int:
    words = [f"word {number}" for number in range(0, EVENTS, MEANT)]
    return sum(told[word] != 1 for word in words)


def _p99(took: list[float]) -> float:
    return quantiles(took, n=100)[98]
