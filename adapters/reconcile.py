"""After a gap: the ✅ and ❌ that people gave while nobody listened are read back and counted, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from adapters import emoji
from adapters.chat import Busy, ChatPort, Reaction, Undeliverable
from adapters.emoji import Meaning
from goals.domain.rules import Right
from goals.domain.values import Approval, Goal, Person
from goals.ports import Clock, Messages, Posted

log = logging.getLogger(__name__)

Accept = Callable[[Reaction], Awaitable[None]]
Given = Sequence[tuple[Person, str]]


class Desk(Protocol):
    """Where the open questions are, and who may answer them."""

    async def find(self, goal_id: str) -> Goal: ...

    async def unanswered(self) -> list[Approval]: ...

    def may(self, person: Person, right: str, channel_key: str) -> bool: ...


class Reconciler:
    def __init__(
        self, ports: Mapping[str, ChatPort], desk: Desk, messages: Messages, accept: Accept, clock: Clock
    ) -> None:
        self._ports = ports
        self._desk = desk
        self._messages = messages
        self._accept = accept
        self._clock = clock

    async def after_gap(self) -> None:
        """Hand on what was given to each open approval; what was handed on before changes nothing."""
        async with asyncio.TaskGroup() as group:
            for approval in await self._desk.unanswered():
                posted = await self._messages.message_of(approval.goal_id, f"approval:{approval.id}")
                if posted is not None:
                    group.create_task(self._read(approval, posted), name=f"read back {approval.id}")

    async def _read(self, approval: Approval, posted: Posted) -> None:
        goal = await self._desk.find(approval.goal_id)
        given = await self._reactions(goal, posted.message)
        allowed = [each for each in given if self._desk.may(each[0], Right.APPROVE, goal.origin.channel_key)]
        for who, sign in counted(approval, allowed):
            key = f"reconciled:{posted.thread_key}:{posted.message}:{who.id}:{emoji.meaning(sign)}"
            await self._accept(Reaction(key, who, goal.origin, posted.message, sign))

    async def _reactions(self, goal: Goal, message: str) -> Given:
        port = self._ports.get(goal.origin.platform)
        while port is not None:
            try:
                return await port.reactions(goal.origin, message)
            except Busy as busy:
                await self._clock.sleep(busy.seconds)
            except Undeliverable as gone:
                log.warning("the reactions to %s cannot be read: %s", message, gone)
                break
        return ()


def counted(approval: Approval, given: Given) -> Given:
    """Which of the reactions of approvers decide: nobody knows their order, so that one ❌ beats every ✅."""
    denials = [each for each in given if emoji.meaning(each[1]) is Meaning.DENY]
    if denials:
        return denials[:1]
    voted = {person.id for person in approval.votes}
    yes = {who.id: (who, sign) for who, sign in given if emoji.meaning(sign) is Meaning.APPROVE}
    fresh = [each for id_, each in yes.items() if id_ not in voted]
    return fresh[: approval.needed - len(voted)]
