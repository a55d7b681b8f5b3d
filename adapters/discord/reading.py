"""What people wrote in a thread while nobody listened, read back as it would have come in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import discord

from adapters.chat import Busy, Message
from adapters.discord import inbound
from adapters.discord.refusals import understood
from goals.domain.values import Origin, Person

MOST = 5_000
"""Messages that are read back of a thread, ours among them."""
UNKNOWN = 1.0
"""Seconds until somebody asks again who has to know who the bot is."""
SKEW = timedelta(seconds=60)
"""By which Discord's clock and ours may differ."""

Who = Callable[[str, str], Awaitable[Person | None]]


class Reading:
    def __init__(self, client: discord.Client, who: Who, most: int = MOST) -> None:
        self._client = client
        self._who = who
        self._most = most

    async def __call__(self, at: Origin, since: datetime) -> list[Message]:
        """Oldest first; bots left out, and what is kept from us. Raises Undeliverable, Gone, Busy."""
        if self._client.user is None:
            raise Busy(UNKNOWN)
        us = self._client.user.id
        found: list[Message] = []
        with understood("Read Message History"):
            for message in await self._written(at, since):
                who = await self._who(at.tenant, str(message.author.id))
                if who is not None and (heard := inbound.heard(message, at, who, us)):
                    found.append(heard)
        return found

    async def _written(self, at: Origin, since: datetime) -> list[discord.Message]:
        """By people, in a way that can be read; of very many the newest, since the others were read before."""
        room = self._client.get_partial_messageable(int(at.thread))
        found: list[discord.Message] = []
        async for message in room.history(limit=self._most, oldest_first=False):
            if message.created_at < since - SKEW:
                break
            if inbound.is_said(message) and not inbound.is_unseen(message):
                found.append(message)
        return found[::-1]
