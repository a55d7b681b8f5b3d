"""Discord is set up from the command line: its commands are told, its invitation is printed."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.peers.discord import Discord, reached


async def asked(discord: Discord, *words: str, token: str = "") -> Result:
    environ = {
        "GOALWARD_DISCORD__TOKEN": token or discord.token,
        "GOALWARD_DISCORD__GUILD": discord.guild,
        "GOALWARD_DISCORD__API": discord.api,
    }
    with reached(discord):
        return await asyncio.to_thread(CliRunner().invoke, cli, ["discord", *words], obj=environ)


async def test_the_commands_are_told_to_the_server_of_the_settings() -> None:
    async with Discord() as discord:
        done = await asked(discord, "sync")
        told = [command["name"] for command in discord.commands.kept[discord.guild]]
        assert (done.output, told[0]) == (
            f"Discord has 3 commands in the server {discord.guild}.\n",
            "goal",
        )


async def test_the_invitation_is_a_link_to_the_server_of_the_settings() -> None:
    async with Discord() as discord:
        done = await asked(discord, "invite")
        assert done.output.startswith(
            f"https://discord.com/oauth2/authorize?client_id={discord.world.app}&"
        ) and done.output.endswith(f"guild_id={discord.guild}\n")


@pytest.mark.parametrize("word", ["sync", "invite"])
async def test_a_token_that_counts_for_nothing_gets_a_sentence(word: str) -> None:
    async with Discord() as discord:
        done = await asked(discord, word, token="no.such.token")
        assert (done.exit_code, done.output) == (
            2,
            "goalward: Discord does not take GOALWARD_DISCORD__TOKEN: set it anew.\n",
        )


@pytest.mark.parametrize("word", ["sync", "invite"])
def test_without_a_token_nothing_can_be_set_up(word: str) -> None:
    done = CliRunner().invoke(cli, ["discord", word], obj={})
    assert (done.exit_code, done.output) == (
        2,
        "goalward: Set GOALWARD_DISCORD__TOKEN to the bot's token first; docs/discord.md says where it is.\n",
    )
