"""Where Discord is: discord.py keeps that in constants of its own, which a proxy or a stand-in has to replace."""

from __future__ import annotations

import yarl
from discord import Client
from discord.gateway import DiscordWebSocket
from discord.http import Route


def reach(api: str) -> None:
    """From now on the whole process calls Discord's REST API there; empty: where it did so far."""
    if api:
        Route.BASE = api


async def find_gateway(client: Client) -> None:
    """Have the gateway be where the REST API says that it is."""
    _, address, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
