"""A server on loopback, and a client that hears what people do there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import discord as discord_py
import pytest

from adapters.chat import Inbound
from adapters.discord.answers import Answers
from adapters.discord.autocomplete import Autocomplete
from adapters.discord.interactions import Interactions
from adapters.offers import Named
from goals.board import Board
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Goal, Person
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord, reached


@dataclass
class Kept:
    """An inbox whose disk may be full, and a desk with some goals."""

    acts: list[Inbound] = field(default_factory=list)
    full: bool = False
    goals: list[Goal] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)

    async def keep(self, act: Inbound) -> None:
        if self.full:
            raise StoreUnavailable("The disk is full.")
        self.acts.append(act)

    async def unfinished(self, **_: Any) -> list[Goal]:
        return list(self.goals)

    async def board(self, channel_key: str) -> Board:
        return Board(())

    def may(self, person: Person, right: str, channel_key: str) -> bool:
        return person.name not in self.strangers


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as peer:
        peer.channel("demo")
        with reached(peer):
            yield peer


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def client(discord: Discord, kept: Kept) -> AsyncIterator[discord_py.Client]:
    """Connected, with every command known to Discord."""
    intents = discord_py.Intents(guilds=True, guild_messages=True, dm_messages=True)
    client = discord_py.Client(intents=intents, max_messages=None)
    clock = ManualClock()
    autocomplete = Autocomplete(kept, Named(verifiers=("unit",), agents=("fixer",)))
    tree = Interactions(kept.keep, Answers(clock), autocomplete, clock).join(client)
    await client.login(discord.token)
    await tree.sync()
    running = asyncio.create_task(client.connect(), name="the gateway")
    await client.wait_until_ready()
    yield client
    await client.close()
    await asyncio.gather(running, return_exceptions=True)
