"""What hooks say in channels: a new message that mentions somebody, or one in another channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters import hook_texts
from adapters.chat import Body, Busy, ChatPort, Undeliverable
from goals.domain.values import Goal, Origin, Person
from goals.outbox import Later, Refused
from goals.ports import HookEvent


class ChannelNotices:
    def __init__(self, ports: Mapping[str, ChatPort]) -> None:
        self._ports = ports

    async def notify(self, goal: Goal, event: HookEvent, to: str) -> None:
        """A new message: for `@somebody` in the goal's thread, for `#channel` in that channel."""
        body = Body(hook_texts.notified(goal, event, to), addressed=_addressed(goal, to))
        await self.post(_place(goal.origin, to), body, key=event.key)

    async def post(self, at: Origin, body: Body, *, key: str) -> str:
        """Post under a key. Returns the message's id; raises the outbox's Later and Refused."""
        port = self._ports.get(at.platform)
        if port is None:
            raise Refused(f"There is no adapter for {at.platform} here.")
        try:
            return await port.post(at, body, key=key)
        except Busy as busy:
            raise Later(busy.seconds) from busy
        except Undeliverable as refusal:
            raise Refused(str(refusal)) from refusal


def _addressed(goal: Goal, to: str) -> tuple[Person, ...]:
    if not to.startswith("@"):
        return ()
    known = (goal.owner.id, goal.owner.name)
    there = Person(to[1:], platform=goal.origin.platform, tenant=goal.origin.tenant)
    return (goal.owner,) if to[1:] in known else (there,)


def _place(at: Origin, to: str) -> Origin:
    return replace(at, channel=to[1:], thread="", root="") if to.startswith("#") else at
