"""Keeps the goals' time: applies what it brings to them, and fills the slots of their channels."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.dispatch.turns import STORE_RETRY, apply
from goals.bell import Bell
from goals.domain import alarms
from goals.domain.change import Change
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Goal, Mode
from goals.journal import Journal
from goals.ports import Clock, Goals
from goals.queue import Queue

log = logging.getLogger(__name__)

PUT_OFF = 1.0
"""Seconds between two rounds while a monitor whose deadline has passed waits for its last check."""


class TimedGoals(Goals, Protocol):
    """What is asked of the store besides: what time has come for, and which channels have a queue."""

    async def due(self, now: datetime, limit: int = 500) -> list[Goal]: ...

    async def next_alarm(self) -> datetime | None: ...

    async def queued_channels(self) -> list[str]: ...


class Timekeeper:
    """`idle` seconds are the longest that it sleeps; `goes_on` says whether slots are filled."""

    def __init__(
        self,
        goals: TimedGoals,
        queue: Queue,
        journal: Journal,
        clock: Clock,
        *,
        idle: float,
        goes_on: Callable[[], bool],
    ) -> None:
        self._goals = goals
        self._queue = queue
        self._journal = journal
        self._clock = clock
        self._idle = idle
        self._goes_on = goes_on
        self._channels: set[str] = set()
        self._bell = Bell(clock)
        self._awake = clock.now()

    def changed(self, change: Change) -> None:
        """Look at what a stored change may have brought: a free slot, somebody in the queue, a time."""
        goal = change.goal
        if goal.request.mode is Mode.DRIVE and goal.slot is None:
            self._channels.add(goal.origin.channel_key)
            self._bell.ring()
        elif alarms.alarm_at(goal) is not None:
            self._bell.ring()

    async def recover(self) -> None:
        """Time counts from now on; every queue is looked at."""
        self._awake = self._clock.now()
        await self.look()

    async def look(self) -> None:
        """Fill the slots of every channel that has a queue, whoever made the queue."""
        self._channels.update(await self._goals.queued_channels())
        self._bell.ring()

    async def run(self) -> None:
        """Fill slots and keep time, until cancelled."""
        while True:
            await self._bell.wait(await self._round())

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
        while self._channels and self._goes_on():
            channel = self._channels.pop()
            try:
                await self._queue.fill(channel)
            except BaseException:
                self._channels.add(channel)
                raise

    async def _ring(self) -> bool:
        """Apply what time has brought; tells whether something has to wait for a monitor's check after the start."""
        now = self._clock.now()
        ripe = [(goal, alarms.due(goal, now, self._awake)) for goal in await self._goals.due(now)]
        for goal, fact in ripe:
            if fact is not None:
                await apply(self._journal, goal, fact)
        return any(fact is None for _, fact in ripe)

    async def _until_next(self) -> float:
        at = await self._goals.next_alarm()
        return (
            self._idle if at is None else min(self._idle, max(0.05, (at - self._clock.now()).total_seconds()))
        )
