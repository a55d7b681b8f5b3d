"""Threads where a platform gives none: one is opened for a goal that was asked for outside of every thread, and that of
a message is looked up where a reaction does not name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.chat import Body, ChatPort, Gone, Inbound, Message, Reaction
from goals.domain.values import Origin
from goals.ports import Clock, Messages, Posted

LONGEST = 1_000
RECORDED_WITHIN = (0.1, 0.4, 0.5)
"""Seconds after which we look again whether a message is ours: people see it before it is on record."""


class Threads:
    def __init__(self, ports: Mapping[str, ChatPort], messages: Messages, clock: Clock) -> None:
        self._ports = ports
        self._messages = messages
        self._clock = clock

    async def opened(self, message: Message) -> Origin:
        """Post what somebody asked, so that there is a thread for it; the same message opens one thread only.

        Raises Undeliverable, Gone, Busy.
        """
        port = self._ports.get(message.at.platform)
        if port is None:
            raise Gone(f"There is no adapter for {message.at.platform} here.")
        text = message.text if len(message.text) <= LONGEST else f"{message.text[: LONGEST - 1]}…"
        asked = Body(f"{message.who.mention}: {text}")
        return message.at.within(await port.post(message.at, asked, key=f"root:{message.key}"))

    async def placed(self, event: Inbound) -> Inbound:
        """The same with its thread, where that is known to us alone."""
        if event.at.thread or not isinstance(event, Reaction):
            return event
        posted = await self._posted(event)
        return event if posted is None else replace(event, at=_within(event.at, posted))

    async def _posted(self, reaction: Reaction) -> Posted | None:
        for pause in RECORDED_WITHIN:
            if posted := await self._messages.posted_in(reaction.at.channel_key, reaction.message):
                return posted
            await self._clock.sleep(pause)
        return await self._messages.posted_in(reaction.at.channel_key, reaction.message)


def _within(at: Origin, posted: Posted) -> Origin:
    thread = posted.thread_key.removeprefix(f"{at.channel_key}:")
    return replace(at, thread=thread, root=thread)
