"""The queue of each channel: who is admitted to a free slot, and who stands where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from goals.domain import facts, lifecycle, queueing
from goals.domain.errors import NotNow, SlotTaken, StaleGoal
from goals.domain.queueing import Way
from goals.domain.rules import ChannelRules
from goals.domain.values import Goal, Person
from goals.journal import Journal
from goals.ports import Clock


class QueuedGoals(Protocol):
    async def next_queued(self, channel_key: str) -> Goal | None: ...

    async def slots_taken(self, channel_key: str) -> set[int]: ...

    async def queue(self, channel_key: str) -> list[Goal]: ...

    async def place(self, goal_id: str) -> int | None: ...

    async def newest(self, goal: Goal) -> Goal: ...


class Queue:
    def __init__(
        self, goals: QueuedGoals, journal: Journal, rules: Callable[[str], ChannelRules], clock: Clock
    ) -> None:
        self._goals = goals
        self._journal = journal
        self._rules = rules
        self._clock = clock

    async def fill(self, channel_key: str) -> None:
        """Admit queued goals of a channel while it has free slots."""
        while (slot := await self._free_slot(channel_key)) is not None:
            goal = await self._goals.next_queued(channel_key)
            if goal is None:
                return
            try:
                await self._journal.record(lifecycle.apply(goal, facts.Admitted(self._clock.now(), slot)))
            except (SlotTaken, StaleGoal, NotNow):
                continue

    async def place(self, goal: Goal) -> int | None:
        """Where a goal stands in its channel's queue, from 1; None when it is not in it."""
        return await self._goals.place(goal.id)

    async def standing(self, channel_key: str) -> list[Goal]:
        """The channel's queue, first in line first."""
        return await self._goals.queue(channel_key)

    async def move(self, goal: Goal, by: Person, to: Way | int, *, act: str = "") -> None:
        """Put a goal elsewhere in its channel's queue. Raises NotNow for one that is not in it."""
        while True:
            try:
                for each, fact in await self._moves(goal, by, to):
                    key = act if each.id == goal.id else ""
                    await self._journal.record(lifecycle.apply(each, fact), act=key)
                return
            except StaleGoal:
                goal = await self._goals.newest(goal)

    async def _moves(self, goal: Goal, by: Person, to: Way | int) -> list[tuple[Goal, facts.Moved]]:
        """Who gets which place; the goal itself comes last, so that an act that was cut short is done again."""
        now = self._clock.now()
        line = await self.standing(goal.origin.channel_key)
        if goal.id not in (each.id for each in line):
            return [(goal, facts.Moved(now, by, goal.rank, 0))]
        ranks = queueing.moved(line, goal.id, to)
        after = sorted(line, key=lambda each: (ranks.get(each.id, each.rank).order, each.id))
        moves = [
            (each, facts.Moved(now, by, ranks[each.id], place))
            for place, each in enumerate(after, start=1)
            if each.id in ranks
        ]
        return sorted(moves, key=lambda move: move[0].id == goal.id)

    async def _free_slot(self, channel_key: str) -> int | None:
        taken = await self._goals.slots_taken(channel_key)
        return next((n for n in range(self._rules(channel_key).slots) if n not in taken), None)
