"""Drives one goal from what is due to what is due next, until it parks. What keeps it from that is said in its thread."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from bot import subject
from goals.domain import facts, lifecycle
from goals.domain.errors import NotNow, SlotTaken, StaleGoal, StoreUnavailable
from goals.domain.values import Goal
from goals.driver import Driver, Due
from goals.journal import Journal
from goals.ports import Clock, Goals

log = logging.getLogger(__name__)

STORE_RETRY = 1.0

TakeUp = Callable[[str], Awaitable[Due | None]]
Place = Callable[[str], AbstractAsyncContextManager[object]]


class Turns:
    """`take_up` says what is due for a goal: at first, and again after trouble with the store.

    Each step of a goal is taken inside the `place` that it is given.
    """

    def __init__(
        self, goals: Goals, driver: Driver, take_up: TakeUp, journal: Journal, clock: Clock, place: Place
    ) -> None:
        self._goals = goals
        self._driver = driver
        self._take_up = take_up
        self._journal = journal
        self._clock = clock
        self._place = place

    async def drive(self, goal_id: str, goes_on: Callable[[], bool]) -> None:
        """Return when the goal has parked, or after a step when it no longer `goes_on`."""
        subject.begin(goal_id)
        due: Due | None = None
        trouble: tuple[str, datetime] | None = None
        while goes_on():
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

    async def say_waited(self, goal_id: str, why: str, since: datetime) -> None:
        """Tell a goal's thread, after it is over, that the goal had to wait for a disk or a database."""
        seconds = (self._clock.now() - since).total_seconds()
        goal = await self._goals.load(goal_id)
        if goal is not None:
            text = f"{why} The goal waited for {seconds:.0f} s and goes on."
            await apply(self._journal, goal, facts.Noted(self._clock.now(), text))

    async def _advanced(self, goal_id: str, due: Due | None) -> Due | None:
        """What is due next, where that is at once. Raises StoreUnavailable."""
        try:
            async with self._place(goal_id):
                due = due or await self._take_up(goal_id)
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
            await apply(self._journal, goal, facts.Hindered(self._clock.now(), why))


async def apply(journal: Journal, goal: Goal, fact: facts.Fact) -> None:
    """A fact that does not fit any more was overtaken, and is dropped."""
    try:
        await journal.record(lifecycle.apply(goal, fact))
    except (StaleGoal, SlotTaken, NotNow) as error:
        log.info("goal %s moved on before %s: %r", goal.id, type(fact).__name__, error)
