"""The dispatcher of many machines: goals that are due wait in a queue that all processes share, until a worker is free.

What was to be put there can be lost with whoever was to do it: workers look every few seconds for goals that are due
and have no job.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from procrastinate.exceptions import ConnectorException

from bot.dispatch.jobs import ANYBODY, Jobs
from bot.dispatch.timekeeper import TimedGoals, Timekeeper
from bot.dispatch.turns import Place, Turns
from bot.dispatch.worker import Worker, Workplace, queue_of
from goals.bell import Bell
from goals.domain.change import Change
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Goal, Mode, Status
from goals.driver import Driver
from goals.journal import Journal
from goals.ports import Clock, Executor
from goals.ports.sharing import Signal, Topic
from goals.queue import Queue
from goals.work.lifeline import Lifeline

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks at what others may have left, and at time."""

HEAR_EVERY = 1.0
"""Seconds between two looks at whether what is under way here is still to be driven."""

AWAY = (ConnectorException, StoreUnavailable)


class SharedGoals(TimedGoals, Protocol):
    """What the dispatcher asks the store besides."""

    async def driven(self) -> list[str]: ...

    async def active(self, goal_ids: list[str]) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the dispatcher stands on."""

    goals: SharedGoals
    driver: Driver
    queue: Queue
    journal: Journal
    executor: Executor
    clock: Clock


class SharedDispatcher:
    """Puts goals to work, on whichever machine. One that `works` is a worker at this place, and looks after the others.

    `hold` keeps a goal's workspace for one process at a time; `taken_up` is told how long goals waited, in seconds.
    """

    def __init__(
        self,
        parts: Parts,
        place: Workplace,
        line: Lifeline,
        hold: Place,
        *,
        works: bool,
        taken_up: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._goals, self._clock, self._executor = parts.goals, parts.clock, parts.executor
        self._patience = place.patience
        self._jobs = Jobs(place.url, place.lease)
        self._wanted: dict[str, None] = {}
        self._later: dict[str, datetime] = {}
        self._bell, self._stops = Bell(parts.clock), Bell(parts.clock)
        self._open = False
        self._turns = Turns(
            parts.goals,
            parts.driver,
            lambda goal_id: parts.driver.take_over(goal_id, place.name),
            parts.journal,
            parts.clock,
            hold,
        )
        self._time = Timekeeper(
            parts.goals,
            parts.queue,
            parts.journal,
            parts.clock,
            idle=LOOK_EVERY,
            goes_on=lambda: self._open,
        )
        self._worker = None
        if works:
            self._worker = Worker(
                place, self._jobs, self._turns, line, parts.executor, parts.clock, self._put, taken_up
            )
        parts.journal.subscribe(self._changed)

    @property
    def driven(self) -> list[str]:
        """The goals that are under way in this process now."""
        return self._worker.driven if self._worker else []

    def dispatch(self, goal_id: str) -> None:
        """Have a goal driven until it parks, soon. One that is under way here is looked at again when it has parked."""
        if self._open and goal_id not in self.driven:
            self._wanted[goal_id] = None
            self._bell.ring()

    async def cancel(self, goal_id: str) -> None:
        """End the goal's turn. Here its processes are dead on return; another worker ends it within about a second."""
        if self._worker is not None:
            await self._worker.cancel(goal_id)

    async def recover(self) -> int:
        """Begin. Returns how many goals are active, on whichever machine. Raises GoalError where tables are missing."""
        await self._jobs.open()
        await self._executor.sweep()
        self._open = True
        await self._time.recover()
        return len(await self._goals.driven())

    async def run(self) -> None:
        """Put goals to work, keep time and, as a worker, work, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._time.run(), name="time")
                group.create_task(self._send(), name="put goals to work")
                if self._worker is not None:
                    group.create_task(self._worker.run(), name="worker")
                    group.create_task(self._each(LOOK_EVERY, self._look_after), name="look after jobs")
                    group.create_task(self._hear_stops(), name="hear of stops")
        finally:
            await self._jobs.close()

    async def drain(self, grace: float) -> None:
        """Let turns under way end for up to `grace` seconds, then stop them: other workers go on with them."""
        self._open = False
        if self._worker is not None:
            await self._worker.drain(grace)

    async def say_waited(self, goal_id: str, why: str, since: datetime) -> None:
        """Tell a goal's thread, after it is over, that the goal had to wait for a disk or a database."""
        await self._turns.say_waited(goal_id, why, since)

    def heard(self, signal: Signal) -> None:
        """Another process has recorded a change, before or after what we know: look at once what is still to be driven."""
        if signal.topic is Topic.GOAL and signal.word != Status.ACTIVE and signal.key in self.driven:
            self._stops.ring()

    def _stop(self, goal_id: str) -> None:
        if self._worker is not None:
            self._worker.stop(goal_id)

    # --- what changed ---------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        goal = change.goal
        if goal.request.mode is Mode.DRIVE:
            if _is_due(goal):
                self.dispatch(goal.id)
            elif goal.status is not Status.ACTIVE:
                self._stop(goal.id)
        self._time.changed(change)

    async def _send(self) -> None:
        while True:
            await self._bell.wait(LOOK_EVERY)
            while self._wanted:
                goal_id = next(iter(self._wanted))
                del self._wanted[goal_id]
                await self._tried(self._put(goal_id))

    async def _put(self, goal_id: str, *, moves: bool = False) -> None:
        """Put a goal to work where something is due to it: with the worker that has its workspace, unless it `moves`."""
        goal = await self._goals.load(goal_id)
        if goal is None or not _is_due(goal):
            if goal is not None and goal.due_at is not None:
                self._later[goal_id] = goal.due_at
            return
        moves = moves or not self._open  # the worker that has it is about to go
        await self._jobs.put(goal_id, goal.rank.priority, ANYBODY if moves else queue_of(goal.worker))

    # --- what others have left ------------------------------------------------------------------------

    async def _look_after(self) -> None:
        assert self._worker is not None
        for orphan in await self._jobs.orphans():
            log.warning("goal %s was left by a worker that is gone", orphan.goal_id)
            # In this order: without any job for a moment it would be put where the one that is gone had it.
            await self._put(orphan.goal_id, moves=True)
            await self._jobs.done(orphan.id)
        await self._jobs.let_others(self._patience)
        await self._worker.forget_strangers()
        for goal_id in await self._jobless():
            await self._put(goal_id)
        await self._time.look()

    async def _hear_stops(self) -> None:
        while True:
            await self._stops.wait(HEAR_EVERY)
            await self._tried(self._hear())

    async def _jobless(self) -> list[str]:
        """The active goals without a job, but those that are known to be due later."""
        known = await self._jobs.known()
        without = [goal_id for goal_id in await self._goals.driven() if goal_id not in known]
        now = self._clock.now()
        self._later = {each: self._later[each] for each in without if self._later.get(each, now) > now}
        return [goal_id for goal_id in without if goal_id not in self._later]

    async def _hear(self) -> None:
        driven = self.driven
        if not driven:
            return
        active = await self._goals.active(driven)
        for goal_id in driven:
            if goal_id not in active:
                self._stop(goal_id)

    async def _each(self, seconds: float, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._clock.sleep(seconds)
            await self._tried(look())

    async def _tried(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except AWAY as error:
            log.warning("the queue of goals cannot be looked after now: %s", error.__cause__ or error)
        except Exception:  # a defect of ours must not stop everybody's goals
            log.exception("the dispatcher stumbled")


def _is_due(goal: Goal) -> bool:
    """Whether a worker has something to do for the goal now."""
    return goal.status is Status.ACTIVE and goal.due_at is None and goal.request.mode is Mode.DRIVE
