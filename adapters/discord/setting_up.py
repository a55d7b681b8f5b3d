"""What is done once to set Discord up, without a running bot: its commands are told, its invitation is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from adapters.discord import commands, invite, sync
from goals.domain.errors import GoalError


async def tell_commands(token: str, guild: str) -> int:
    """Tell Discord the commands anew; returns how many there are. Raises GoalError where it does not take them."""
    async with _logged_in(token) as client:
        return await sync.rewritten(client, commands.listed(client), guild)


async def invitation(token: str, guild: str) -> str:
    """The link for the app of a token. Raises GoalError where Discord does not say whose that is."""
    async with _logged_in(token) as client:
        return invite.link((await client.application_info()).id, guild)


@asynccontextmanager
async def _logged_in(token: str) -> AsyncIterator[discord.Client]:
    try:
        async with discord.Client(intents=discord.Intents(guilds=True)) as client:
            await client.login(token)
            yield client
    except discord.LoginFailure:
        raise GoalError("Discord does not take GOALWARD_DISCORD__TOKEN: set it anew.") from None
    except (discord.HTTPException, aiohttp.ClientError, OSError) as away:
        raise GoalError(f"Discord does not answer as it should: {away}.") from None
