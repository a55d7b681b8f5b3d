"""What the gateway tells counts for whoever has the lease, and for nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest

from adapters.chat import Inbound
from adapters.discord.hearing import Hearing
from adapters.ear import Ear

US, BEN, ROOM, MESSAGE = 1, 2, 3, 4


class Held:
    """A lease that is ours or not, as the test wants it."""

    def __init__(self, mine: bool) -> None:
        self.mine = mine

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()


def plus() -> discord.RawReactionActionEvent:
    """A ➕ that Ben gives to a message of ours, in direct messages."""
    given: Any = {
        "message_id": MESSAGE,
        "channel_id": ROOM,
        "user_id": BEN,
        "message_author_id": US,
        "burst": False,
        "type": 0,
    }
    return discord.RawReactionActionEvent(given, discord.PartialEmoji(name="➕"), "REACTION_ADD")


@pytest.mark.parametrize("mine", [True, False])
async def test_a_reaction_that_is_read_after_the_lease_was_lost_is_the_next_holders(mine: bool) -> None:
    kept: list[Inbound] = []

    async def accept(act: Inbound) -> None:
        kept.append(act)

    async def never(*_: Any) -> bool:
        return False

    async def gap(*_: Any) -> None:
        return None

    client = discord.Client(intents=discord.Intents.none())
    user: Any = {"id": str(US), "username": "goalward", "discriminator": "0", "avatar": None}
    client._connection.user = discord.ClientUser(state=client._connection, data=user)
    hearing = Hearing(client, Ear(accept, never, gap, Held(mine)), guild="", message_content=False)
    hearing.heard("raw_reaction_add", (plus(),), "session:1")
    await hearing.settled(20)
    assert len(kept) == mine
