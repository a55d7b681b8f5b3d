"""discord.py's client as we want it: whatever is told at once, everything else goes on."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.discord.addresses import find_gateway, reach
from adapters.discord.client import DiscordClient
from tests.peers.discord import Discord

FLOOD = 500


async def test_a_flood_of_events_leaves_the_loop_to_everybody_else_between_any_two() -> None:
    turns, heard_at = 0, []

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def heard(event: str, about: tuple[Any, ...], place: str) -> None:
        if event == "message":
            heard_at.append(turns)

    async with Discord() as discord:
        discord.channel("demo")
        reach(discord.api)
        client = DiscordClient(heard, message_content=False, between_sessions=0)
        await client.enter(discord.token)
        await find_gateway(client)
        connected = asyncio.create_task(client.connect())
        await discord.until(lambda: client.is_ready())
        for number in range(FLOOD):
            await discord.say("ana", "demo", f"good morning {number}")
        turning = asyncio.create_task(turn())
        await discord.until(lambda: len(heard_at) == FLOOD)
        turning.cancel()
        connected.cancel()
        await client.close()
    assert len(set(heard_at)) == FLOOD
