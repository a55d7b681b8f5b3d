"""A Discord on loopback with one channel, and the port to it, in a process without a gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import discord
import pytest
from discord import Webhook

from adapters.chat import Message
from adapters.discord.port import DiscordPort
from goals.domain.values import Origin, Person
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord, Interaction, reached


class Followups:
    """What people did that may still be answered, by the key of it."""

    def __init__(self, at: Discord, client: discord.Client) -> None:
        self._at = at
        self._client = client
        self._kept: dict[str, Webhook] = {}

    def begin(self, key: str, name: str, channel: str) -> Interaction:
        """Somebody does something, which is acknowledged as what they alone see."""
        made = self._at.interactions.begin(2, self._at.person(name), self._at.world.room(channel))
        self._at.interactions.answer(made.id, made.token, {"type": 5, "data": {"flags": 64}}, [])
        data = {"id": self._at.world.app, "type": 3, "token": made.token}
        self._kept[key] = Webhook.from_state(data=data, state=self._client._connection)
        return made

    async def acknowledged(self, key: str) -> None:
        """Nothing here is answered before it is acknowledged."""

    def followup(self, key: str) -> Webhook | None:
        return self._kept.get(key)


async def nothing(at: Origin, since: datetime) -> list[Message]:
    """What was missed in a thread."""
    return []


async def nobody(tenant: str, user: str) -> Person | None:
    return None


@pytest.fixture
async def at() -> AsyncIterator[Discord]:
    async with Discord() as peer:
        peer.channel("demo")
        peer.person("ana")
        with reached(peer):
            yield peer


@pytest.fixture
async def client(at: Discord) -> AsyncIterator[discord.Client]:
    none = discord.AllowedMentions.none()
    intents = discord.Intents.none()
    async with discord.Client(intents=intents, allowed_mentions=none, max_ratelimit_timeout=30) as made:
        await made.login(at.token)
        yield made


@pytest.fixture
def followups(at: Discord, client: discord.Client) -> Followups:
    return Followups(at, client)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def new_port(
    at: Discord, client: discord.Client, followups: Followups, clock: ManualClock
) -> Callable[[], DiscordPort]:
    """A port as a process has it at its start."""

    async def known(tenant: str, user: str) -> Person | None:
        someone = at.world.people[user]
        return None if someone.bot else Person(user, someone.name, "discord", tenant)

    return lambda: DiscordPort(client, followups, known, clock, nothing)


@pytest.fixture
def port(new_port: Callable[[], DiscordPort]) -> DiscordPort:
    return new_port()


@pytest.fixture
def ana(at: Discord) -> Person:
    return Person(at.person("ana"), "ana", "discord", at.guild)


@pytest.fixture
async def asked(at: Discord) -> Origin:
    """Where ana has just asked for a goal: her message has no thread yet."""
    message = await at.say("ana", "demo", "@goalward /goal fix it")
    return Origin("discord", at.channel("demo"), message, message, at.guild)
