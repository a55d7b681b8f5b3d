"""Killed at each write of a compaction, before and after it is durable: the turn goes on, and the ledger is right."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Request, text_of
from goals.agents.builtin import BuiltinAgent
from goals.clock import SystemClock
from goals.domain.change import Change
from goals.domain.findings import TurnReport
from goals.domain.usage import Purpose
from goals.domain.values import VerifierSpec
from goals.driver import TurnSteps
from goals.meter import Meter
from goals.models.llm import LiteLLM
from goals.ports import Task
from goals.store import Store, open_store
from goals.work.executor import LocalExecutor
from tests.given import NOW, goal
from tests.minds.conftest import AGENT
from tests.minds.test_compaction import FINISHES, READS, SUMMARY, SUMMED, WRITES, sums_up
from tests.peers.model import ScriptedModel, playing

WINDOW = 8_000
ROUNDS = 8
CLOCK = SystemClock()


class Killed(BaseException):
    pass


@dataclass
class Fate:
    """The end of a process: at its write number `at`, before that is durable or after."""

    at: int = 0
    after: bool = False
    writes: int = 0
    summed: int = 0

    async def write(self, work: Awaitable[Any]) -> Any:
        self.writes += 1
        if self.writes == self.at and not self.after:
            work.close()  # type: ignore[attr-defined]
            raise Killed
        done = await work
        if self.writes == self.at:
            raise Killed
        return done


@dataclass
class Dying:
    """A part of the store, ledger or steps, whose writes have a fate."""

    part: Any
    fate: Fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)

    async def reserve(self, reservation: Any, *before: Any) -> Any:
        if reservation.purpose is Purpose.COMPACTION and not self.fate.summed:
            self.fate.summed = self.fate.writes + 1
        return await self.fate.write(self.part.reserve(reservation, *before))

    async def settle(self, *args: Any, **more: Any) -> Any:
        return await self.fate.write(self.part.settle(*args, **more))

    async def append(self, *args: Any) -> Any:
        return await self.fate.write(self.part.append(*args))


class OpenGate:
    def passes(self, action: Any) -> bool:
        return True


@dataclass
class World:
    """A store, a model behind litellm, and a workspace; a process lives for one call of `live`."""

    place: Path
    database: Any
    server: ScriptedModel
    model: LiteLLM

    async def live(self, goal_id: str, fate: Fate) -> TurnReport | None:
        """Work on the goal's first turn as a new process would; None when it is killed."""
        store = Store(self.database)
        stored = await store.goals.load(goal_id)
        assert stored is not None
        steps = Dying(store.steps, fate)
        log = TurnSteps(steps, stored, 1, CLOCK, await store.steps.of_goal(goal_id))
        meter = Meter(self.model, Dying(store.ledger, fate), CLOCK)
        executor = LocalExecutor(self.place / "state")
        agent = BuiltinAgent(AGENT, meter, store.goals, steps, executor, CLOCK, lambda *_: OpenGate())
        report = None
        try:
            report = await agent.run(Task(stored, 1, self.place / goal_id, ""), log)
            await log.store()
        except* Killed:
            pass
        assert report is None or isinstance(report, TurnReport)
        return report

    async def opened(self, goal_id: str) -> None:
        (self.place / goal_id).mkdir()
        new = goal(id=goal_id, version=0, agent="builtin", verifiers=(VerifierSpec("command", {}),))
        await Store(self.database).goals.record(Change(new, ()), at=NOW)

    def booked(self, goal_id: str) -> tuple[Counter[tuple[int, int]], int, int]:
        """The calls as the provider told them, how many were booked by estimate, and the tokens of all."""
        query = "SELECT fresh + cached, output, estimated FROM usage WHERE goal_id = ?"
        with closing(sqlite3.connect(self.place / "goalward.db")) as rows:
            found = list(rows.execute(query, (goal_id,)))
        told = Counter((asked, answered) for asked, answered, guessed in found if not guessed)
        return told, sum(row[2] for row in found), sum(row[0] + row[1] for row in found)


@asynccontextmanager
async def a_world(place: Path) -> AsyncIterator[World]:
    worked: Counter[str] = Counter()

    def script(request: Request) -> Answer:
        if sums_up(request):
            return SUMMED
        worked[request.goal] += 1
        if worked[request.goal] == 1:
            return WRITES
        if worked[request.goal] < ROUNDS:
            return READS
        return FINISHES if worked[request.goal] == ROUNDS else Answer("That is all.")

    store = await open_store("", place)
    async with playing({"agent-model": script}) as server:
        model = LiteLLM(base_url=server.url, window=WINDOW)
        try:
            yield World(place, store.database, server, model)
        finally:
            await model.close()
            await store.close()


def faults(world: World, goal_id: str, report: TurnReport | None, lost: int) -> list[str]:
    """What is not as it must be; of `lost` calls nobody knows what they used."""
    found = [] if report and report.text == "That is all." and not report.broken else [f"it ended: {report}"]
    asked = [one for one in world.server.asked if one.request.goal == goal_id]
    counted = Counter((one.tokens.input, one.tokens.output) for one in asked)
    told, guessed, tokens = world.booked(goal_id)
    if guessed != lost or sum((counted - told).values()) > lost or told - counted:
        found.append(f"{told} and {guessed} guessed were booked of {counted}")
    if tokens < sum(one.tokens.input + one.tokens.output for one in asked):
        found.append("it is cheaper than what the server counted")
    if SUMMARY not in text_of(asked[-1].request.messages[1]):
        found.append("nothing was summed up")
    for one in asked:
        called = [call["id"] for m in one.request.messages for call in m.get("tool_calls") or ()]
        if called != [m["tool_call_id"] for m in one.request.messages if m["role"] == "tool"]:
            found.append(f"calls {called} were not answered one by one")
    return found


@pytest.mark.timeout(240)
async def test_a_kill_at_any_write_of_a_compaction_changes_nothing(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await world.opened("a000")
        whole = Fate()
        found = faults(world, "a000", await world.live("a000", whole), 0)
        # What comes before, the reservation, the price with the summary, the next reservation, its price.
        points = [(at, after) for at in range(whole.summed - 1, whole.summed + 4) for after in (False, True)]
        for number, (at, after) in enumerate(points, 1):
            goal_id = f"a{number:03}"
            await world.opened(goal_id)
            assert await world.live(goal_id, Fate(at, after)) is None
            lost = await Store(world.database).ledger.settle_open(goal_id, NOW)
            report = await world.live(goal_id, Fate())
            found += [f"write {at}, after {after}: {fault}" for fault in faults(world, goal_id, report, lost)]
    assert found == []
