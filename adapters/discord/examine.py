"""What is wrong with the set-up of Discord: its token, the app's intents, the server and the channels of the settings.

It asks Discord, and changes nothing there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import aiohttp
import discord
from pydantic import SecretStr

from adapters.discord import commands, invite
from adapters.discord.origins import DIRECT
from adapters.noted import Noted

PATIENCE = 10.0
"""Seconds that Discord may take for all answers."""
GRANT = "Grant it in Discord: Edit Channel → Permissions."
PORTAL = "https://discord.com/developers/applications"


@dataclass(frozen=True, slots=True)
class Setup:
    """How Discord is to be reached. `guild` is the one server of the commands, if there is one; `channels` are those
    that the settings name, as `GUILD:CHANNEL`; with `content` the bot is to read what does not mention it.
    """

    token: SecretStr | None
    guild: str = ""
    channels: tuple[str, ...] = ()
    content: bool = False


async def examined(setup: Setup) -> list[Noted]:
    if setup.token is None:
        where = f"It is on the app's page at {PORTAL}: Bot → Reset Token."
        return [Noted("fail", "Discord needs GOALWARD_DISCORD__TOKEN.", where)]
    found: list[Noted] = []
    try:
        async with asyncio.timeout(PATIENCE), discord.Client(intents=discord.Intents(guilds=True)) as client:
            async for noted in _asked(client, setup, setup.token.get_secret_value()):
                found.append(noted)
    except (TimeoutError, aiohttp.ClientError, OSError, discord.HTTPException) as away:
        if isinstance(away, discord.LoginFailure):
            raise
        found.append(
            Noted("warn", "Discord does not answer.", "Look whether discord.com can be reached from here.")
        )
    return found


async def _asked(client: discord.Client, setup: Setup, token: str) -> AsyncIterator[Noted]:
    try:
        await client.login(token)
    except discord.LoginFailure:
        again = f"Make a new one on the app's page at {PORTAL}: Bot → Reset Token."
        yield Noted("fail", "Discord does not take the bot's token.", again)
        return
    app = await client.application_info()
    link = invite.link(app.id, setup.guild)
    yield Noted(
        "ok",
        f"Discord knows the bot as @{client.user and client.user.name} ({app.id}); it is invited with {link}",
    )
    yield _content(app, wanted=setup.content)
    if app.interactions_endpoint_url:
        elsewhere = (
            "Discord sends commands and buttons to the app's Interactions Endpoint URL, not to Goalward."
        )
        yield Noted(
            "fail", elsewhere, f"Empty that field on the app's page at {PORTAL}: General Information."
        )
    async for noted in _server(client, setup, link):
        yield noted


def _content(app: discord.AppInfo, *, wanted: bool) -> Noted:
    """Whether what does not mention the bot is read, and is to be."""
    flags = app.flags
    may = flags.gateway_message_content or flags.gateway_message_content_limited
    if not wanted:
        return Noted("ok", "Of messages the bot reads those that mention or answer it, as the settings say.")
    if may:
        return Noted("ok", "The bot reads every reply in the threads of goals.")
    return Noted(
        "fail",
        "The bot may not read messages that do not mention it, though `message_content` is set.",
        f"Switch Message Content Intent on at {PORTAL}: Bot, or remove `message_content` from `[discord]`.",
    )


async def _server(client: discord.Client, setup: Setup, link: str) -> AsyncIterator[Noted]:
    there = {str(guild.id): guild.name async for guild in client.fetch_guilds(limit=None)}
    if not there:
        yield Noted("fail", "The bot is in no server.", f"Invite it: {link}")
        return
    if setup.guild and setup.guild not in there:
        yield Noted(
            "fail", f"The bot is not in the server {setup.guild} of `[discord]`.", f"Invite it: {link}"
        )
        return
    yield Noted("ok", f"The bot is in {', '.join(f'{name} ({id_})' for id_, name in there.items())}.")
    yield await _commands(client, setup.guild)
    if not setup.channels:
        guild = setup.guild or next(iter(there))
        yield Noted(
            "warn",
            "Nobody has a right on Discord: the settings name no channel of it.",
            f'Add `[channels."discord:{guild}:*"]` with `own = ["…"]`, `approve = ["…"]` and `talk = ["*"]`.',
        )
    for named in setup.channels:
        if said := _about(named, there, link):
            yield said
        elif "*" in named:
            for noted in await _every(client, named, setup.channels):
                yield noted
        else:
            yield await _channel(client, named)


async def _commands(client: discord.Client, guild: str) -> Noted:
    place = discord.Object(int(guild)) if guild else None
    try:
        known = await commands.listed(client).fetch_commands(guild=place)
    except discord.Forbidden:
        known = []
    where = "in that server" if guild else "in every server"
    if any(command.name == commands.GOAL for command in known):
        return Noted("ok", f"Discord knows `/{commands.GOAL}` {where}.")
    missing = f"Discord does not know `/{commands.GOAL}` {where} yet."
    return Noted("warn", missing, "`goalward serve` tells it at its start, `goalward discord sync` does now.")


def _about(named: str, there: Mapping[str, str], link: str) -> Noted | None:
    """What a section is about that names nothing in a server in which the bot is."""
    guild = named.partition(":")[0]
    if guild == DIRECT:
        return Noted("ok", f"{_section(named)} is about direct messages.")
    if "*" in guild:
        return Noted("ok", f"{_section(named)} stands for every channel that the bot can see.")
    if guild not in there:
        return Noted("fail", f"{_section(named)}: the bot is not in that server.", f"Invite it: {link}")
    return None


async def _every(client: discord.Client, named: str, others: Collection[str]) -> list[Noted]:
    """What the bot cannot do in the channels that it sees and that a section stands for, if no other names them."""
    there, _, pattern = named.partition(":")
    guild, us = await _guild(client, there)
    channels = [one for one in await guild.fetch_channels() if fnmatchcase(str(one.id), pattern)]
    seen = [one for one in channels if isinstance(one, discord.TextChannel) and _sees(one, us)]
    if not seen:
        return [Noted("fail", f"{_section(named)}: the bot sees no channel in {guild.name}.", GRANT)]
    lacks = {one.name: _lacks(one, us) for one in seen if f"{there}:{one.id}" not in others}
    wrong = [
        Noted("warn", f"#{name}: the bot lacks {missing}.", GRANT)
        for name, missing in lacks.items()
        if missing
    ]
    return wrong or [Noted("ok", f"{_section(named)}: the bot can work in every channel that it sees.")]


async def _channel(client: discord.Client, named: str) -> Noted:
    """Whether the bot can do all that it has to in a channel that the settings name."""
    there, _, id_ = named.partition(":")
    guild, us = await _guild(client, there)
    channel = next((one for one in await guild.fetch_channels() if str(one.id) == id_), None)
    if channel is None:
        gone = "Take it out of the settings, or correct its id."
        return Noted("fail", f"{_section(named)}: there is no such channel in {guild.name}.", gone)
    if lacks := _lacks(channel, us):
        return Noted("fail", f"#{channel.name}: the bot lacks {lacks}.", GRANT)
    return Noted("ok", f"The bot can work in #{channel.name}.")


async def _guild(client: discord.Client, id_: str) -> tuple[discord.Guild, discord.Member]:
    """A server, with the bot in it."""
    assert client.user is not None
    guild = await client.fetch_guild(int(id_))
    return guild, await guild.fetch_member(client.user.id)


def _sees(channel: discord.abc.GuildChannel, us: discord.Member) -> bool:
    return channel.permissions_for(us).view_channel


def _lacks(channel: discord.abc.GuildChannel, us: discord.Member) -> str:
    """The rights that the bot has not in a channel, with what each is for."""
    granted = channel.permissions_for(us)
    rights = invite.PERMISSIONS.items()
    return "; ".join(f"{right} (to {why})" for right, why in rights if not getattr(granted, right))


def _section(named: str) -> str:
    return f'`[channels."discord:{named}"]`'
