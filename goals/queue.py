"""The queue of each channel: who is admitted to a free slot, and who stands where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from goals.domain import facts, lifecycle
from goals.domain.errors import NotNow, SlotTaken, StaleGoal
from goals.domain.rules import ChannelRules
from goals.domain.values import Goal
from goals.journal import Journal
from goals.ports import Clock


class QueuedGoals(Protocol):
    async def next_queued(self, channel_key: str) -> Goal | None: ...

    async def slots_taken(self, channel_key: str) -> set[int]: ...

    async def queue(self, channel_key: str) -> list[Goal]: ...


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
        ids = [g.id for g in await self._goals.queue(goal.origin.channel_key)]
        return ids.index(goal.id) + 1 if goal.id in ids else None

    async def standing(self, channel_key: str) -> list[Goal]:
        """The channel's queue, first in line first."""
        return await self._goals.queue(channel_key)

    async def _free_slot(self, channel_key: str) -> int | None:
        taken = await self._goals.slots_taken(channel_key)
        return next((n for n in range(self._rules(channel_key).slots) if n not in taken), None)
