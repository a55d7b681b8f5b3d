"""discord.py pointed at an address: it keeps those of Discord in constants of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import yarl

from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def reached(discord: Any) -> Iterator[None]:
    """For as long as this lasts, discord.py of this process talks to the peer."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = discord.api, yarl.URL(discord.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = cast(Any, before)
