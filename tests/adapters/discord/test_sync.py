"""Discord is told the commands when they have changed, at one place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord as discord_py
import pytest

from adapters.discord import commands, sync
from goals.domain.errors import GoalError
from goals.store import Store, open_store
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord

CLOCK = ManualClock()


@pytest.fixture
async def client(discord: Discord) -> AsyncIterator[discord_py.Client]:
    """Logged in, and not connected."""
    async with discord_py.Client(intents=discord_py.Intents.none()) as client:
        await client.login(discord.token)
        yield client


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


def names(discord: Discord, place: str) -> list[str]:
    return [command["name"] for command in discord.commands.kept.get(place, [])]


EVERY = ["goal", "Make this a goal", "Draft a goal from this"]


async def test_the_commands_are_told_once(discord: Discord, client: discord_py.Client, store: Store) -> None:
    tree = commands.listed(client)
    told = [await sync.synced(client, tree, discord.guild, store.registrations, CLOCK) for _ in range(3)]
    assert (told, names(discord, discord.guild), names(discord, ""), discord.commands.written) == (
        [True, False, False],
        EVERY,
        [],
        1,
    )


async def test_commands_that_changed_are_told_again(
    discord: Discord, client: discord_py.Client, store: Store
) -> None:
    await store.registrations.keep("discord", discord.guild, "as it was", CLOCK.now())
    tree = commands.listed(client)
    assert await sync.synced(client, tree, discord.guild, store.registrations, CLOCK)


async def test_who_moves_from_one_server_to_everywhere_leaves_nothing_behind(
    discord: Discord, client: discord_py.Client, store: Store
) -> None:
    tree = commands.listed(client)
    for place in (discord.guild, ""):
        await sync.synced(client, tree, place, store.registrations, CLOCK)
    assert (names(discord, discord.guild), names(discord, "")) == ([], EVERY)


@pytest.mark.parametrize("everywhere", [True, False])
async def test_whoever_tells_them_anew_leaves_them_at_one_place(
    discord: Discord, client: discord_py.Client, everywhere: bool
) -> None:
    places = ["", discord.guild]
    here, elsewhere = places if everywhere else reversed(places)
    tree = commands.listed(client)
    await sync.rewritten(client, tree, elsewhere)
    count = await sync.rewritten(client, tree, here)
    assert (count, names(discord, here), names(discord, elsewhere)) == (3, EVERY, [])


async def test_a_server_that_did_not_let_the_bot_in_with_its_commands_is_told_in_a_sentence(
    discord: Discord, client: discord_py.Client
) -> None:
    discord.refuse("PUT /applications/*/guilds/*/commands", 403, 50001, "Missing Access")
    with pytest.raises(GoalError, match=r"goalward discord invite"):
        await sync.rewritten(client, commands.listed(client), discord.guild)


GUILD_COMMANDS = "/applications/*/guilds/*/commands"


async def test_who_moves_out_of_a_server_that_has_thrown_the_bot_out_has_the_commands_elsewhere(
    discord: Discord, client: discord_py.Client, store: Store
) -> None:
    tree = commands.listed(client)
    await sync.synced(client, tree, discord.guild, store.registrations, CLOCK)
    discord.refuse(f"PUT {GUILD_COMMANDS}", 403, 50001, "Missing Access")
    await sync.synced(client, tree, "", store.registrations, CLOCK)
    assert (names(discord, ""), list(await store.registrations.told("discord"))) == (EVERY, [""])


async def test_a_server_that_wanted_no_commands_does_not_keep_them_from_the_others(
    discord: Discord, client: discord_py.Client
) -> None:
    discord.refuse(f"GET {GUILD_COMMANDS}", 403, 50001, "Missing Access")
    assert await sync.rewritten(client, commands.listed(client), "") == 3
