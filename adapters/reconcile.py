"""After a gap: what people wrote in goals' threads while nobody listened is read back, and the ✅ and ❌ that they gave;
each counts once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from adapters import emoji
from adapters.chat import Busy, ChatPort, Inbound, Reaction, Undeliverable
from adapters.draft_card import subject
from adapters.emoji import Meaning
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.rules import Right
from goals.domain.values import Approval, Goal, Origin, Person
from goals.ports import Clock, Messages, Posted

log = logging.getLogger(__name__)

Accept = Callable[[Inbound], Awaitable[None]]
T = TypeVar("T")
MOST_THREADS = 10_000
AT_ONCE = 8
"""So many questions are asked of a platform at a time."""

Given = Sequence[tuple[Person, str]]


class Desk(Protocol):
    """Where the open questions are, and whose answer counts."""

    async def find(self, goal_id: str) -> Goal: ...

    async def unanswered(self) -> list[Approval]: ...

    async def unfinished(self, *, limit: int) -> list[Goal]: ...

    def may(self, person: Person, right: str, channel_key: str) -> bool: ...

    def may_approve(self, person: Person, goal: Goal) -> bool: ...

    def may_open(self, person: Person, asked: Asked, channel_key: str) -> bool: ...


class Unstarted(Protocol):
    """Where the drafts are that wait for a ✅."""

    async def proposed(self) -> list[Draft]: ...


class Reconciler:
    def __init__(
        self,
        ports: Mapping[str, ChatPort],
        desk: Desk,
        drafts: Unstarted,
        messages: Messages,
        accept: Accept,
        clock: Clock,
    ) -> None:
        self._ports = ports
        self._desk = desk
        self._drafts = drafts
        self._messages = messages
        self._accept = accept
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def after_gap(self, since: datetime | None = None, *, platform: str = "") -> None:
        """Hand on what was given to each open approval and draft, and what was written in the threads of unfinished
        goals since then, or since they began; what was handed on before changes nothing. With `platform`, only of that.

        Raises StoreUnavailable in an ExceptionGroup.
        """
        async with asyncio.TaskGroup() as group:
            for goal in await self._desk.unfinished(limit=MOST_THREADS):
                if platform in ("", goal.origin.platform):
                    group.create_task(self._thread(goal, since), name=f"read back the thread of {goal.id}")
            for approval in await self._desk.unanswered():
                group.create_task(self._approval(approval, platform), name=f"read back {approval.id}")
            for draft in await self._drafts.proposed():
                if platform in ("", draft.origin.platform):
                    group.create_task(self._draft(draft), name=f"read back {draft.id}")

    async def _thread(self, goal: Goal, since: datetime | None) -> None:
        port = self._ports.get(goal.origin.platform)
        if port is None or not goal.origin.thread:
            return
        begun = max(since or goal.created_at, goal.created_at)
        for message in await self._asked(lambda: port.said(goal.origin, since=begun)) or ():
            await self._accept(message)

    async def _approval(self, approval: Approval, platform: str) -> None:
        posted = await self._messages.message_of(approval.goal_id, f"approval:{approval.id}")
        if posted is None:
            return
        goal = await self._desk.find(approval.goal_id)
        if platform not in ("", goal.origin.platform):
            return
        given = await self._reactions(goal.origin, posted.message)
        await self._hand_on(counted(approval, self._allowed(given, goal)), goal.origin, posted)

    def _allowed(self, given: Given, goal: Goal) -> Given:
        """The answers that count: everybody's ❌ who may approve, and the ✅ of those who may approve this goal."""
        return [
            (who, sign)
            for who, sign in given
            if self._desk.may(who, Right.APPROVE, goal.origin.channel_key)
            and (emoji.meaning(sign) is Meaning.DENY or self._desk.may_approve(who, goal))
        ]

    async def _draft(self, draft: Draft) -> None:
        posted = await self._messages.message_of(draft.id, subject(draft))
        if posted is None or draft.asked is None:
            return
        at = draft.origin.within(posted.message)
        given = await self._reactions(at, posted.message)
        key = at.channel_key
        no = [
            each for each in given if _means(each, Meaning.DENY) and self._desk.may(each[0], Right.OWN, key)
        ]
        yes = [
            each
            for each in given
            if _means(each, Meaning.APPROVE) and self._desk.may_open(each[0], draft.asked, key)
        ]
        await self._hand_on((no or yes)[:1], at, posted)

    async def _hand_on(self, given: Given, at: Origin, posted: Posted) -> None:
        for who, sign in given:
            key = f"reconciled:{posted.thread_key}:{posted.message}:{who.id}:{emoji.meaning(sign)}"
            await self._accept(Reaction(key, who, at, posted.message, sign))

    async def _reactions(self, at: Origin, message: str) -> Given:
        port = self._ports.get(at.platform)
        return () if port is None else await self._asked(lambda: port.reactions(at, message)) or ()

    async def _asked(self, question: Callable[[], Awaitable[T]]) -> T | None:
        """What a platform answers, however long it is busy; None where it refuses."""
        async with self._turns:
            while True:
                try:
                    return await question()
                except Busy as busy:
                    await self._clock.sleep(busy.seconds)
                except Undeliverable as gone:
                    log.warning("what was missed cannot be read back: %s", gone)
                    return None


def _means(given: tuple[Person, str], meaning: Meaning) -> bool:
    return emoji.meaning(given[1]) is meaning


def counted(approval: Approval, given: Given) -> Given:
    """Which of the reactions of approvers decide: nobody knows their order, so that one ❌ beats every ✅."""
    denials = [each for each in given if emoji.meaning(each[1]) is Meaning.DENY]
    if denials:
        return denials[:1]
    voted = {person.id for person in approval.votes}
    yes = {who.id: (who, sign) for who, sign in given if emoji.meaning(sign) is Meaning.APPROVE}
    fresh = [each for id_, each in yes.items() if id_ not in voted]
    return fresh[: approval.needed - len(voted)]
