"""Where Discord is: discord.py keeps that in constants of its own, which a proxy or a stand-in has to replace."""

from __future__ import annotations

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def reach(api: str, gateway: str) -> None:
    """From now on the whole process finds Discord there; empty: where it was found so far."""
    if api:
        Route.BASE = api
    if gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
