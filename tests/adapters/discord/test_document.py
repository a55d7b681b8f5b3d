"""The document names what the bot needs and what can be done, as it is."""

from __future__ import annotations

import re
from pathlib import Path

import discord as discord_py

from adapters.discord import commands, sync
from adapters.discord.invite import PERMISSIONS

DOCUMENT = (Path(__file__).parents[3] / "docs/discord.md").read_text()


def test_every_right_is_documented_with_what_it_is_for() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", DOCUMENT, re.MULTILINE))
    assert told == PERMISSIONS


def test_every_command_that_is_documented_is_there() -> None:
    listed = sync.payload(commands.listed(discord_py.Client(intents=discord_py.Intents(guilds=True))))
    words = {option["name"] for command in listed for option in command.get("options", ())}
    named = set(re.findall(r"`/goal ([a-z-]+)", DOCUMENT))
    assert (
        named
        and named <= words
        and {one["name"] for one in listed} >= set(re.findall(r"\*((?:Make this|Draft) [^*]+)\*", DOCUMENT))
    )
