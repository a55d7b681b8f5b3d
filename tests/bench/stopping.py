"""How soon a goal stops in the middle of a long tool call: answered, and everything that it had started dead."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from adapters.chat import Message
from adapters.local import LocalAdapter
from bot.app import Core, open_core
from bot.settings import Settings
from goals.domain.values import Origin, Status
from goals.work import processes
from tests.bench.figures import Figure, figure
from tests.bench.turns import ANA

TIMES = 8
SLEEPER = "setsid sleep 600 & echo $! > pid.new; mv pid.new pid; sleep 600"


async def in_a_long_call(place: Path) -> list[Figure]:
    settings = Settings.model_validate(
        {"state": place, "agents": {"sleeper": {"type": "command", "command": SLEEPER}}}
    )
    core, lock = await open_core(settings)
    core.bring("local", LocalAdapter(core.store.rooms, core.clock).port)
    await core.start()
    try:
        took = [await _stopped(core, place, f"channel-{nth}") for nth in range(TIMES)]
    finally:
        await core.stop()
        lock.release()
    return [
        figure("a stop in a long call, until it is answered", [said for said, _ in took], "ms", 1000.0),
        figure("the same, until its processes are dead", [dead for _, dead in took], "ms", 1000.0),
    ]


async def _stopped(core: Core, place: Path, channel: str) -> tuple[float, float]:
    """Milliseconds from the word to the recorded end, and to the death of the call's last process."""
    at = Origin("local", channel, channel, channel)
    await core.inbox.accept(
        Message(f"{channel}.1", ANA, at, "", "/goal --agent sleeper --auto-approve sleep")
    )
    await core.inbox.settled()
    (goal,) = await core.store.goals.find(channel_key=at.channel_key)
    file = place / "workspaces" / goal.id / "pid"
    while not file.exists():  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    began = time.perf_counter()
    await core.inbox.accept(Message(f"{channel}.2", ANA, at, "", f"/goal {goal.id} cancel"))
    while (await core.service.find(goal.id)).status is not Status.CANCELLED:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    said = time.perf_counter()
    while processes.alive(int(file.read_text())):  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    return (said - began) * 1000, (time.perf_counter() - began) * 1000
