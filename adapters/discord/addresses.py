"""Where Discord is: discord.py keeps that in a constant of its own, which a proxy or a stand-in has to replace."""

from __future__ import annotations

from discord.http import Route


def reach(api: str) -> None:
    """From now on the whole process calls Discord's REST API there; empty: where it did so far."""
    if api:
        Route.BASE = api
