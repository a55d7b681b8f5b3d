"""A server killed while a conversation is summed up, right after that, and before it is used: the goal goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Request, text_of
from tests.chaos.minds import settings
from tests.minds.test_compaction import FINISHES, GOAL, READS, SUMMARY, SUMMED, WRITES, sums_up
from tests.peers.model import ScriptedModel, playing
from tests.peers.served import Served

WINDOW = "window = 10000\n"
ROUNDS = 16


class Cut:
    """The models: the first summary never comes, the second is followed by a kill, and so is its first use."""

    def __init__(self) -> None:
        self.reached = asyncio.Queue[str]()
        self.seen: Counter[str] = Counter()

    def agent(self, request: Request) -> Answer:
        point = self._point(request)
        self.seen[point] += 1
        if (point, self.seen[point]) in (("sums", 1), ("sums", 2), ("uses", 1)):
            self.reached.put_nowait(point)
        if (point, self.seen[point]) in (("sums", 1), ("uses", 1)):
            return Answer("", hang=True)
        if point == "sums":
            return SUMMED
        done = self.seen["works"] + self.seen["uses"]
        if done == 1:
            return WRITES
        return READS if done < ROUNDS else FINISHES if done == ROUNDS else Answer("That is all.")

    def _point(self, request: Request) -> str:
        if sums_up(request):
            return "sums"
        return "uses" if SUMMARY in text_of(request.messages[1]) else "works"


def faults(state: Path, model: ScriptedModel, hung: int) -> list[str]:
    """What is wrong with the ledger of a server that has stopped."""
    with closing(sqlite3.connect(state / "goalward.db")) as store:
        rows = list(store.execute("SELECT fresh + cached, output, estimated FROM usage"))
        found = [f"still reserved: {row}" for row in store.execute("SELECT id FROM reservation")]
    told = Counter((asked, answered) for asked, answered, guessed in rows if not guessed)
    counted = Counter((one.tokens.input, one.tokens.output) for one in model.asked if one.answered)
    guessed = sum(row[2] for row in rows)
    lost = sum((counted - told).values())
    if told - counted or guessed != hung + lost:
        found.append(f"{told} and {guessed} guessed were booked of {counted} and {hung} without an answer")
    return found


async def ended(served: Served) -> dict[str, Any]:
    while True:
        (goal,) = await served.goals()
        if goal["status"] != "active":
            return goal
        await asyncio.sleep(0.1)


@pytest.mark.timeout(300)
async def test_a_server_killed_around_a_summary_goes_on_and_pays_for_all_of_it(tmp_path: Path) -> None:
    cut = Cut()
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(playing({"agent-model": cut.agent}))
        file = tmp_path / "goalward.toml"
        text = settings(model.url).replace("[model]\n", f"[model]\n{WINDOW}", 1)
        file.write_text("\n".join(line for line in text.splitlines() if not line.startswith("judge")))
        served = Served(tmp_path / "state", file, tmp_path / "log")
        await served.start()
        stack.push_async_callback(served.close)
        await served.say("demo", "ana", f"{GOAL} count on")
        async with asyncio.timeout(200):
            for point in ("sums", "sums", "uses"):
                assert await cut.reached.get() == point
                await served.kill()
                await served.start()
            goal = await ended(served)
        assert await served.stop() == 0
    assert (goal["status"], goal["turns"]) == ("completed", 1)
    assert faults(tmp_path / "state", model, hung=2) == []
