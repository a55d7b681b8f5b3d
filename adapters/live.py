"""The turns of goals that want it, told while they run, on platforms that can show a text as it grows.

What is told is read from the stored steps, so that it does not matter which process works on the goal. It is a look
over the agent's shoulder: nothing of it is kept, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from adapters import doings
from adapters.chat import Busy
from adapters.printable import printable
from goals.bell import Bell
from goals.clean import Clean
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Goal, Mode, Next, Origin, Person, Status, Step
from goals.ports import Clock, Steps

log = logging.getLogger(__name__)

EVERY = 1.5
"""Seconds between two looks at the steps of a turn."""
IDLE = 3600.0
LAST_WAIT = 2.0
MOST = 1_000
"""Of so many goals is known what was told."""


class Stream(Protocol):
    """A text in a thread that grows. What its platform refuses is left out silently."""

    async def add(self, text: str) -> None:
        """Raises Busy where nothing of it was shown, and it may be tried again."""

    async def end(self) -> None:
        """Nothing more comes."""


Open = Callable[[Origin, Person], Stream | None]
"""A stream into a thread, for whom the goal is most; None where the platform has refused them."""


class Desk(Protocol):
    async def find(self, goal_id: str) -> Goal: ...


def is_told(goal: Goal) -> bool:
    """Whether people are to see how the goal is driven."""
    driven = goal.status is Status.ACTIVE and goal.request.mode is Mode.DRIVE
    return driven and goal.request.verbose and not goal.muted


def turn_of(goal: Goal) -> int:
    """The turn whose steps come now; planning is turn 0."""
    return 0 if goal.next is Next.PLAN else goal.turn + 1


class Live:
    def __init__(
        self,
        opens: Mapping[str, Open],
        desk: Desk,
        steps: Steps,
        clock: Clock,
        clean: Clean,
        mine: Callable[[str], bool],
        driven: Callable[[], Awaitable[Iterable[str]]],
    ) -> None:
        """`mine` says on which platforms this process speaks, `driven` are the ids of the goals that are worked on."""
        self._driven = driven
        self._opens = opens
        self._desk = desk
        self._steps = steps
        self._clock = clock
        self._clean = clean
        self._mine = mine
        self._came = Bell(clock)
        self._wanted: set[str] = set()
        self._telling: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, tuple[int, set[object]]] = {}
        self._since: dict[str, datetime] = {}

    def look(self, goal: Goal) -> None:
        """A goal stands so now; if it is to be told, it is from now on."""
        if is_told(goal) and goal.origin.platform in self._opens:
            self._wanted.add(goal.id)
            self._came.ring()

    async def take_up(self, platform: str) -> None:
        """This process speaks on a platform from now on: of the turns under way it tells what comes, not what came.

        Raises StoreUnavailable.
        """
        self._since[platform] = self._clock.now()
        if platform in self._opens:
            self._wanted.update(await self._driven())
            self._came.ring()

    async def run(self) -> None:
        """Tell until cancelled; then every stream is ended."""
        try:
            while True:
                await self._came.wait(IDLE)
                for goal_id in self._wanted - self._telling.keys():
                    self._begin(goal_id)
        finally:
            for task in self._telling.values():
                task.cancel()
            if self._telling:
                await asyncio.wait(self._telling.values(), timeout=LAST_WAIT)

    def _begin(self, goal_id: str) -> None:
        self._wanted.discard(goal_id)
        task = asyncio.create_task(self._tell(goal_id), name=f"tell the turns of {goal_id}")
        self._telling[goal_id] = task
        task.add_done_callback(lambda done: self._ended(goal_id, done))

    def _ended(self, goal_id: str, task: asyncio.Task[None]) -> None:
        self._telling.pop(goal_id, None)
        if not task.cancelled() and (broken := task.exception()):
            away = isinstance(broken, StoreUnavailable)
            log.warning("the turns of %s are not told", goal_id, exc_info=None if away else broken)
        if goal_id in self._wanted:
            self._came.ring()

    async def _tell(self, goal_id: str) -> None:
        """A goal's turns, a stream each, while it is driven; at its end those that came meanwhile.

        Raises StoreUnavailable.
        """
        goal = await self._desk.find(goal_id)
        turn = turn_of(goal)
        while self._speaks_for(goal) and (is_told(goal) or 0 < turn <= goal.turn):
            stream = self._opens[goal.origin.platform](goal.origin, goal.owner)
            if stream is None:
                return
            try:
                goal = await self._turn(goal_id, turn, stream)
            finally:
                await stream.end()
            turn = turn + 1 if 0 < turn < turn_of(goal) else turn_of(goal)

    async def _turn(self, goal_id: str, turn: int, stream: Stream) -> Goal:
        """One turn, as long as the goal is in it. Returns the goal as it stands then."""
        while True:
            goal = await self._desk.find(goal_id)
            await self._more(goal, turn, stream)
            if not (self._speaks_for(goal) and is_told(goal) and turn_of(goal) == turn):
                return goal
            await self._clock.sleep(EVERY)

    async def _more(self, goal: Goal, turn: int, stream: Stream) -> None:
        """What came in a turn since the last look."""
        steps = await self._steps.of_turn(goal.id, turn)
        told, since = self._known(goal.id, turn), self._since.get(goal.origin.platform)
        new = [step for step in steps if _name(step) not in told]
        fresh = [step for step in new if since is None or step.at >= since]
        text = doings.told(fresh, lambda said: self._clean(printable(said)))
        try:
            if text:
                await stream.add(text)
        except Busy:
            return
        told.update(map(_name, new))

    def _known(self, goal_id: str, turn: int) -> set[object]:
        """The steps of a goal's turn that were told."""
        number, told = self._told.get(goal_id, (turn, set()))
        if number != turn:
            told = set()
        if goal_id not in self._told and len(self._told) >= MOST:
            self._told.pop(next(iter(self._told)))
        self._told[goal_id] = (turn, told)
        return told

    def _speaks_for(self, goal: Goal) -> bool:
        platform = goal.origin.platform
        return platform in self._opens and self._mine(platform)


def _name(step: Step) -> object:
    """What tells a step of a turn from the others."""
    return (step.kind, step.number, step.at, step.body.get("id"))
