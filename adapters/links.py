"""Chains: a hook starts another goal in the same channel, or wakes one, for the owner and with the owner's rights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from adapters import hook_texts, language
from adapters.chat import Body
from adapters.notices import ChannelNotices
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest, StaleGoal
from goals.domain.hooks import MOST_LINKS
from goals.domain.values import Goal, Origin, Status
from goals.ids import DIGITS, GOALS_END, LETTERS
from goals.ports import Clock, HookEvent
from goals.service import GoalService


class GoalLinks:
    def __init__(self, service: GoalService, notices: ChannelNotices, clock: Clock) -> None:
        self._service = service
        self._notices = notices
        self._clock = clock

    async def begin(self, goal: Goal, event: HookEvent, objective: str) -> None:
        """Open a goal in a thread of its own; the same event opens one, however often it comes.

        Raises GoalError for what cannot be opened, and at the end of a chain that is too long.
        """
        if goal.chain >= MOST_LINKS:
            raise BadRequest(
                f"Goal {goal.id} is the {goal.chain + 1}th of a chain, and a chain has at most {MOST_LINKS} hooks:"
                " somebody has to start the next one."
            )
        asked = language.start(objective, (), self._clock.now()).asked
        outside = replace(goal.origin, thread="", root="")
        await self._service.refuse_unopenable(asked, by=goal.owner, origin=outside)
        first = Body(hook_texts.linked(goal, event), addressed=(goal.owner,))
        message = await self._notices.post(outside, first, key=f"{event.key}.thread")
        at = outside.within(message)
        if await self._service.goals(thread_key=at.thread_key):
            return
        await self._open(goal, event, asked, at)

    async def _open(self, goal: Goal, event: HookEvent, asked: Asked, at: Origin) -> None:
        """Under the first id that the key gives and that is free; raises GoalError."""
        for goal_id in ids(event.key):
            with suppress(StaleGoal):
                await self._service.open(
                    asked, by=goal.owner, origin=at, goal_id=goal_id, chain=goal.chain + 1
                )
                return
            taken = await self._service.find(goal_id)
            if taken.origin.thread_key == at.thread_key:
                return

    async def wake(self, goal: Goal, event: HookEvent, goal_id: str) -> None:
        """Have a parked or paused goal of the same channel go on. Raises GoalError for one that cannot."""
        woken = await self._service.wakeable(goal_id, goal.owner, goal.origin)
        if woken.status not in (Status.QUEUED, Status.ACTIVE):
            await self._service.resume(goal_id, goal.owner)


def ids(key: str) -> Iterator[str]:
    """Ids like those of all goals, the same ones in the same order for a key."""
    for n in range(100):
        number = int.from_bytes(hashlib.sha256(f"{key}#{n}".encode()).digest()[:8])
        alphabets = (LETTERS, LETTERS + DIGITS, DIGITS, GOALS_END)
        letters = []
        for alphabet in alphabets:
            number, place = divmod(number, len(alphabet))
            letters.append(alphabet[place])
        yield "".join(letters)
