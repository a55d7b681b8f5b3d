"""Where a message or a reaction stands: Discord names a thread alone, and its channel has to be known."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

import aiohttp
import discord

from adapters.discord.origins import origin
from goals.domain.values import Origin

log = logging.getLogger(__name__)

MOST = 5_000
TRIES, AGAIN = 30, 2.0
"""How often Discord is asked that does not answer, and the seconds between."""


class Away(Exception):
    """Discord does not answer, however often it is asked."""


class Rooms:
    def __init__(self, client: discord.Client, again: float = AGAIN) -> None:
        self._client = client
        self._again = again
        self._asked: OrderedDict[int, Origin | None] = OrderedDict()

    async def origin(self, channel: int, guild: int | None) -> Origin | None:
        """A thread, a channel outside of every thread, or direct messages; None for one that the bot cannot see."""
        if guild is None:
            return origin(discord.Object(channel), None)
        known = self._client.get_channel(channel)
        if known is not None:
            return origin(known, guild)
        if channel in self._asked:
            return self._asked[channel]
        try:
            found = self._asked[channel] = await self._ask(channel, guild)
        except Away:
            return None
        while len(self._asked) > MOST:
            self._asked.popitem(last=False)
        return found

    def changed(self) -> None:
        """Something changed that may let the bot in."""
        self._asked.clear()

    async def _ask(self, channel: int, guild: int) -> Origin | None:
        for _ in range(TRIES):
            try:
                return origin(await self._client.fetch_channel(channel), guild)
            except (discord.NotFound, discord.Forbidden) as hidden:
                log.info("the channel %d cannot be seen: %s", channel, hidden)
                return None
            except (discord.DiscordException, aiohttp.ClientError, OSError) as away:
                log.warning("Discord does not say what the channel %d is: %r", channel, away)
            await asyncio.sleep(self._again)
        raise Away
