"""The embedded dispatcher: each goal that is due is driven by a task of this process, and time is kept here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot import subject
from goals.bell import Bell
from goals.domain import alarms, facts, lifecycle
from goals.domain.change import Change
from goals.domain.errors import NotNow, SlotTaken, StaleGoal, StoreUnavailable
from goals.domain.values import Goal, Mode, Status
from goals.driver import Driver, Due
from goals.journal import Journal
from goals.ports import Clock, Executor, Goals
from goals.queue import Queue

log = logging.getLogger(__name__)

PARALLEL = 50
CANCEL_TIMEOUT = 5.0
LAST_WAIT = 2.0
STORE_RETRY = 1.0
IDLE = 3600.0
PUT_OFF = 1.0
"""Seconds between two rounds while a monitor whose deadline has passed waits for its last check."""


class StandingGoals(Goals, Protocol):
    """What the dispatcher asks the store besides: what time has come for, and what stood before a restart."""

    async def driven(self) -> list[str]: ...

    async def due(self, now: datetime, limit: int = 500) -> list[Goal]: ...

    async def next_alarm(self) -> datetime | None: ...

    async def queued_channels(self) -> list[str]: ...


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
        self._driver = driver
        self._queue = queue
        self._journal = journal
        self._executor = executor
        self._clock = clock
        self._places = asyncio.Semaphore(parallel)
        self._taken_up = taken_up
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, float] = {}
        self._again: set[str] = set()
        self._channels: set[str] = set()
        self._bell = Bell(clock)
        self._driving = False
        self._awake = clock.now()
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
        task = asyncio.create_task(self._drive(goal_id), name=f"goal {goal_id}")
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
        self._awake = self._clock.now()
        active = await self._goals.driven()
        for goal_id in active:
            self.dispatch(goal_id)
        self._channels.update(await self._goals.queued_channels())
        self._bell.ring()
        return len(active)

    async def run(self) -> None:
        """Fill slots and keep time, until cancelled."""
        while True:
            await self._bell.wait(await self._round())

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
        seconds = (self._clock.now() - since).total_seconds()
        goal = await self._goals.load(goal_id)
        if goal is not None:
            text = f"{why} The goal waited for {seconds:.0f} s and goes on."
            await self._apply(goal, facts.Noted(self._clock.now(), text))

    # --- driving --------------------------------------------------------------------------------------

    async def _drive(self, goal_id: str) -> None:
        subject.begin(goal_id)
        due: Due | None = None
        trouble: tuple[str, datetime] | None = None
        while self._driving:
            try:
                due = await self._advanced(goal_id, due)
                if trouble:
                    await self.say_waited(goal_id, *trouble)
            except StoreUnavailable as error:
                due, trouble = None, trouble or (str(error), self._clock.now())
                log.warning("goal %s waits: %s", goal_id, error)
                await self._clock.sleep(STORE_RETRY)
                continue
            trouble = None
            if due is None:
                return

    async def _advanced(self, goal_id: str, due: Due | None) -> Due | None:
        """What is due next, where that is at once. Raises StoreUnavailable."""
        try:
            async with self._places:
                if (asked := self._asked.pop(goal_id, None)) is not None:
                    self._taken_up(self._clock.monotonic() - asked)
                due = due or await self._driver.take_up(goal_id)
                if due is None:
                    return None
                subject.turn(due.turn)
                return await self._driver.advance(due)
        except StoreUnavailable:
            raise
        except Exception as error:  # a defect of ours must not leave the goal silently active
            log.exception("goal %s cannot be driven", goal_id)
            await self._tell(goal_id, error)
            return None

    async def _tell(self, goal_id: str, error: Exception) -> None:
        goal = await self._goals.load(goal_id)
        if goal is not None:
            why = f"Goalward itself failed on it: {type(error).__name__}: {error}"
            await self._apply(goal, facts.Hindered(self._clock.now(), why))

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
        goal = change.goal
        if goal.request.mode is Mode.DRIVE:
            self._drives(goal)
        if alarms.alarm_at(goal) is not None:
            self._bell.ring()

    def _drives(self, goal: Goal) -> None:
        if goal.status is Status.ACTIVE:
            self.dispatch(goal.id)
        else:
            self._stop(goal.id)
        if goal.slot is None:
            self._channels.add(goal.origin.channel_key)
            self._bell.ring()

    def _stop(self, goal_id: str) -> None:
        self._again.discard(goal_id)
        task = self._tasks.get(goal_id)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    # --- time and slots -------------------------------------------------------------------------------

    async def _round(self) -> float:
        """Apply what time has brought and fill slots; returns the seconds until the next round."""
        try:
            put_off = await self._ring()
            await self._fill()
            return max(PUT_OFF if put_off else 0.0, await self._until_next())
        except StoreUnavailable:
            return STORE_RETRY
        except Exception:  # a defect of ours must not stop everybody's time
            log.exception("the dispatcher stumbled")
            return STORE_RETRY

    async def _fill(self) -> None:
        while self._channels and self._driving:
            channel = self._channels.pop()
            try:
                await self._queue.fill(channel)
            except BaseException:
                self._channels.add(channel)
                raise

    async def _ring(self) -> bool:
        """Apply what time has brought; tells whether something has to wait for a monitor's check after the start.

        A fact that does not fit any more was overtaken, and is dropped.
        """
        now = self._clock.now()
        ripe = [(goal, alarms.due(goal, now, self._awake)) for goal in await self._goals.due(now)]
        for goal, fact in ripe:
            if fact is not None:
                await self._apply(goal, fact)
        return any(fact is None for _, fact in ripe)

    async def _apply(self, goal: Goal, fact: facts.Fact) -> None:
        try:
            await self._journal.record(lifecycle.apply(goal, fact))
        except (StaleGoal, SlotTaken, NotNow) as error:
            log.info("goal %s moved on before %s: %r", goal.id, type(fact).__name__, error)

    async def _until_next(self) -> float:
        at = await self._goals.next_alarm()
        return IDLE if at is None else min(IDLE, max(0.05, (at - self._clock.now()).total_seconds()))
