"""What a platform does not say with an event and is asked for: who somebody is, and in which thread a message stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from adapters.chat import Inbound
from adapters.threads import Threads
from goals.domain.values import Person

Introduce = Callable[[Person], Awaitable[Person | None]]
"""Somebody with what their platform tells of them; None for a bot. Raises Busy where it has to be asked again."""


class Knowing:
    def __init__(self, people: Mapping[str, Introduce], threads: Threads) -> None:
        """`people` of the platforms that do not tell all of somebody with what they do."""
        self._people = people
        self._threads = threads

    async def complete(self, event: Inbound) -> Inbound | None:
        """The whole event; None for what bots do. Raises Busy."""
        introduce = self._people.get(event.at.platform)
        who = event.who if introduce is None else await introduce(event.who)
        return None if who is None else await self._threads.placed(replace(event, who=who))
