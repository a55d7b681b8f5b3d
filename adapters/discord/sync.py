"""Discord's list of our commands: written anew only when it has changed, and at one place only, or people see each twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import discord

from adapters.discord.commands import Tree
from adapters.discord.origins import PLATFORM
from goals.domain.errors import GoalError
from goals.ports import Clock, Registrations

EVERYWHERE = ""
"""The place of commands that are in every server and in direct messages."""

SHUT_OUT = (discord.Forbidden, discord.NotFound)

Payload = list[dict[str, Any]]


def payload(tree: Tree) -> Payload:
    """Every command as Discord wants it."""
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message)
    return [command.to_dict(tree) for kind in kinds for command in tree.get_commands(type=kind)]


def digest(told: Payload) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


async def synced(client: discord.Client, tree: Tree, guild: str, told: Registrations, clock: Clock) -> bool:
    """Tell Discord the commands of a server, or everywhere without one, unless it was told these last.

    Needs a client that is logged in. Raises GoalError where Discord refuses them.
    """
    before, wanted = await told.told(PLATFORM), payload(tree)
    changed = before.get(guild) != digest(wanted)
    if changed:
        await _write(client, guild, wanted)
        await told.keep(PLATFORM, guild, digest(wanted), clock.now())
    for place in before.keys() - {guild}:
        await _take_away(client, place)
        await told.forget(PLATFORM, place)
    return changed


async def rewritten(client: discord.Client, tree: Tree, guild: str) -> int:
    """Tell Discord the commands, whatever it knows, and take them away from everywhere else. Returns how many there are.

    Needs a client that is logged in. Raises GoalError where Discord refuses them.
    """
    wanted = payload(tree)
    await _write(client, guild, wanted)
    for place in await _elsewhere(client, guild):
        await _take_away(client, place)
    return len(wanted)


async def _elsewhere(client: discord.Client, guild: str) -> list[str]:
    """Where Discord knows commands of ours beside a place."""
    if guild != EVERYWHERE:
        return [EVERYWHERE]
    there = [str(one.id) async for one in client.fetch_guilds(limit=None)]
    app = client.application_id or 0
    found: list[str] = []
    for one in there:
        with suppress(*SHUT_OUT):
            if await client.http.get_guild_commands(app, int(one)):
                found.append(one)
    return found


async def _take_away(client: discord.Client, place: str) -> None:
    """A server that lets the bot in no more has none of them."""
    with _refused(place), suppress(*SHUT_OUT):
        await _tell(client, place, [])


async def _write(client: discord.Client, place: str, wanted: Payload) -> None:
    with _refused(place):
        await _tell(client, place, wanted)


async def _tell(client: discord.Client, place: str, wanted: Payload) -> None:
    app = client.application_id or 0
    if place == EVERYWHERE:
        await client.http.bulk_upsert_global_commands(app, wanted)
    else:
        await client.http.bulk_upsert_guild_commands(app, int(place), wanted)


@contextmanager
def _refused(place: str) -> Iterator[None]:
    try:
        yield
    except discord.HTTPException as refusal:
        where = f"in the server {place}" if place else "everywhere"
        raise GoalError(
            f"Discord does not take the commands {where} ({refusal.status}, {refusal.text or refusal.code}):"
            " invite the bot with the link that `goalward discord invite` prints."
        ) from None
