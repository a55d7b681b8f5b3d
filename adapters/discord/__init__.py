"""Discord: the same product, on discord.py. Heard over its gateway, answered in threads, with cards of components."""

from adapters.discord.adapter import Access, DiscordAdapter
from adapters.discord.gateway import Pace

__all__ = ["Access", "DiscordAdapter", "Pace"]
