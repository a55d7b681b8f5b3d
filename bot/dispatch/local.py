"""The embedded dispatcher: each goal that is due is driven by a task of this process, and time is kept here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from bot.dispatch.timekeeper import TimedGoals, Timekeeper
from bot.dispatch.turns import Turns
from goals.domain.change import Change
from goals.domain.values import Goal, Mode, Status
from goals.driver import Driver
from goals.journal import Journal
from goals.ports import Clock, Executor
from goals.queue import Queue

log = logging.getLogger(__name__)

PARALLEL = 50
CANCEL_TIMEOUT = 5.0
LAST_WAIT = 2.0
IDLE = 3600.0


class StandingGoals(TimedGoals, Protocol):
    """What the dispatcher asks the store besides: what stood before a restart."""

    async def driven(self) -> list[str]: ...


class LocalDispatcher:
    """Drives goals in this process, at most `parallel` turns at once.

    `taken_up` is told how many seconds a goal that was put to work waited until it was looked at.
    """

    def __init__(
        self,
        goals: StandingGoals,
        driver: Driver,
        queue: Queue,
        journal: Journal,
        executor: Executor,
        clock: Clock,
        *,
        parallel: int = PARALLEL,
        taken_up: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._goals = goals
        self._executor = executor
        self._clock = clock
        self._places = asyncio.Semaphore(parallel)
        self._taken_up = taken_up
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, float] = {}
        self._again: set[str] = set()
        self._driving = False
        self._turns = Turns(goals, driver, driver.take_up, journal, clock, self._place)
        self._time = Timekeeper(goals, queue, journal, clock, idle=IDLE, goes_on=self._goes_on)
        journal.subscribe(self._changed)

    @property
    def driven(self) -> list[str]:
        """The goals that are under way now."""
        return list(self._tasks)

    def dispatch(self, goal_id: str) -> None:
        """Drive a goal until it parks; one that is under way is looked at once more when it has.

        Before `recover` and after `drain` nothing is driven: whoever starts next finds the goal in the store.
        """
        if not self._driving:
            return
        if goal_id in self._tasks:
            self._again.add(goal_id)
            return
        self._asked[goal_id] = self._clock.monotonic()
        task = asyncio.create_task(self._turns.drive(goal_id, self._goes_on), name=f"goal {goal_id}")
        self._tasks[goal_id] = task
        task.add_done_callback(lambda _: self._parked(goal_id))

    async def cancel(self, goal_id: str) -> None:
        """End the goal's turn; its processes are dead on return."""
        task = self._tasks.get(goal_id)
        if task is None or task is asyncio.current_task():
            return
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_TIMEOUT)
        await self._executor.kill(goal_id)

    async def recover(self) -> int:
        """Take up what an earlier process left: kill its processes, drive what is active. Returns how many goals."""
        await self._executor.sweep()
        self._driving = True
        active = await self._goals.driven()
        for goal_id in active:
            self.dispatch(goal_id)
        await self._time.recover()
        return len(active)

    async def run(self) -> None:
        """Fill slots and keep time, until cancelled."""
        await self._time.run()

    async def drain(self, grace: float) -> None:
        """Let turns under way end for up to `grace` seconds, then stop them: they go on at the next start."""
        self._driving = False
        tasks = set(self._tasks.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=LAST_WAIT)

    async def say_waited(self, goal_id: str, why: str, since: datetime) -> None:
        """Tell a goal's thread, after it is over, that the goal had to wait for a disk or a database."""
        await self._turns.say_waited(goal_id, why, since)

    def _goes_on(self) -> bool:
        return self._driving

    @asynccontextmanager
    async def _place(self, goal_id: str) -> AsyncIterator[None]:
        async with self._places:
            if (asked := self._asked.pop(goal_id, None)) is not None:
                self._taken_up(self._clock.monotonic() - asked)
            yield

    def _parked(self, goal_id: str) -> None:
        task = self._tasks.pop(goal_id)
        self._asked.pop(goal_id, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("goal %s was dropped", goal_id, exc_info=task.exception())
        # What stopped it may have been told late, after the change that put it to work again.
        if goal_id in self._again or task.cancelled():
            self._again.discard(goal_id)
            self.dispatch(goal_id)

    def _changed(self, change: Change) -> None:
        if change.goal.request.mode is Mode.DRIVE:
            self._drives(change.goal)
        self._time.changed(change)

    def _drives(self, goal: Goal) -> None:
        if goal.status is Status.ACTIVE:
            self.dispatch(goal.id)
        else:
            self._stop(goal.id)

    def _stop(self, goal_id: str) -> None:
        self._again.discard(goal_id)
        task = self._tasks.get(goal_id)
        if task is not None and task is not asyncio.current_task():
            task.cancel()
