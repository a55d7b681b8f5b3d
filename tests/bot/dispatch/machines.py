"""Machines that share a database, each with a store, a driver and a dispatcher of its own, all in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bot.dispatch.procrastinate import Parts, SharedDispatcher
from bot.dispatch.tables import make_tables
from bot.dispatch.worker import Workplace
from goals.checker import Checker
from goals.clock import SystemClock
from goals.domain.change import Change
from goals.domain.findings import TurnReport
from goals.domain.rules import ChannelRules
from goals.domain.values import Goal, Status
from goals.driver import Driver
from goals.journal import Journal
from goals.plugins import Agents, Plugins
from goals.ports import Outcome, StepLog, Task
from goals.queue import Queue
from goals.store import Store, open_store
from goals.work.executor import LocalExecutor
from goals.work.hold import Holds
from goals.work.lifeline import Lifeline
from goals.work.volume import Volume
from goals.work.workspace import LocalWorkspaces
from tests.given import goal_in

LEASE = 30.0
"""Seconds: longer than anything here takes on a machine that is slow."""

PATIENCE = 90.0
ACTIVE = goal_in(Status.ACTIVE, agent="builtin", verifiers=(), turns=2, slot=None)

Run = Callable[[Task], Any]


class Doing:
    """An agent that does what it is given to do; by default nothing."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def run(self, task: Task, steps: StepLog) -> Outcome:
        done = self._run(task)
        return cast(Outcome, await done if asyncio.iscoroutine(done) else done)

    def describe(self) -> str:
        return "doing"


class Machine:
    """One of them; what it drives is in `dispatcher.driven`."""

    def __init__(
        self,
        place: Path,
        name: str,
        store: Store,
        url: str,
        run: Run,
        *,
        works: bool = True,
        patience: float = LEASE,
        volume: Path | None = None,
    ) -> None:
        self.name, self.store, clock = name, store, SystemClock()
        self.line = Lifeline()
        executor = LocalExecutor(place, lifeline=self.line)
        workspaces = LocalWorkspaces(place, executor, snapshots=Volume(volume) if volume else None)
        checker = Checker(Plugins(), executor, workspaces, store.history, clock, {})
        agents = Agents(Plugins(), {}, executor, Doing(run))
        self.journal = Journal(store.goals, clock)
        driver = Driver(
            store.goals, store.steps, self.journal, workspaces, checker, agents, store.ledger, clock
        )
        queue = Queue(store.goals, self.journal, lambda _: ChannelRules(), clock)
        self.dispatcher = SharedDispatcher(
            Parts(store.goals, driver, queue, self.journal, executor, clock),
            Workplace(name, 10, LEASE, url, patience),
            self.line,
            Holds(place, LEASE).of,
            works=works,
        )
        self.running: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        await self.dispatcher.recover()
        self.running = asyncio.create_task(self.dispatcher.run(), name=self.name)

    async def end(self) -> None:
        if self.running is not None:
            await self.dispatcher.drain(0)
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
        await self.store.close()

    async def goal(self, goal_id: str = ACTIVE.id) -> Goal:
        found = await self.store.goals.load(goal_id)
        assert found
        return found

    async def stored(self, goal: Goal = ACTIVE) -> Goal:
        """Put a goal into the store without a word to anybody."""
        change = Change(replace(goal, version=0), ())
        return await self.store.goals.record(change, at=goal.created_at)

    async def took_up(self, goal_id: str = ACTIVE.id) -> list[str]:
        """Which workers did, in their order."""
        told = [event.event for event in await self.store.history.events(goal_id)]
        return [event.worker for event in told if hasattr(event, "worker")]


class Machines:
    """Makes them over one database, and ends them; from `volume` on, they store their workspaces there."""

    def __init__(self, place: Path, url: str) -> None:
        self._place, self.url = place, url
        self.volume: Path | None = None
        self.made: list[Machine] = []

    async def make(
        self,
        name: str,
        run: Run = lambda _: TurnReport("Done."),
        *,
        works: bool = True,
        patience: float = LEASE,
    ) -> Machine:
        place = self._place / name
        store = await open_store(self.url, place)
        machine = Machine(
            place, name, store, self.url, run, works=works, patience=patience, volume=self.volume
        )
        self.made.append(machine)
        return machine

    async def working(self, name: str, run: Run = lambda _: TurnReport("Done.")) -> Machine:
        machine = await self.make(name, run)
        await machine.begin()
        return machine


@asynccontextmanager
async def machines(place: Path, url: str) -> AsyncIterator[Machines]:
    make_tables(url)
    all_ = Machines(place, url)
    try:
        yield all_
    finally:
        for machine in all_.made:
            await machine.end()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)
