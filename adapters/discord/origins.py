"""Where something happens in Discord, and who does it, in the words that every platform has for it."""

from __future__ import annotations

import discord

from goals.domain.values import Origin, Person

PLATFORM = "discord"
DIRECT = "dm"
"""The tenant of direct messages, which belong to no server."""


def origin(channel: object, guild: int | None, message: int | None = None) -> Origin:
    """A thread, or a channel outside of every thread; with a `message` that stands there, the thread that it opens.

    Direct messages, in which there are no threads, are one thread themselves.
    """
    if not guild:
        room = str(getattr(channel, "id", ""))
        return Origin(PLATFORM, room, room, str(message) if message else "", DIRECT)
    tenant = str(guild)
    if isinstance(channel, discord.Thread):
        thread = str(channel.id)
        return Origin(PLATFORM, str(channel.parent_id), thread, thread, tenant)
    thread = str(message) if message else ""
    return Origin(PLATFORM, str(getattr(channel, "id", "")), thread, thread, tenant)


def somebody(user: discord.User | discord.Member) -> Person:
    """Who speaks: in a server with their roles there; in direct messages of no server, so that only their id counts."""
    if not isinstance(user, discord.Member):
        return Person(str(user.id), user.display_name, PLATFORM)
    roles = tuple(str(role) for role in user._roles)  # `roles` leaves out those of a server not told yet
    return Person(str(user.id), user.display_name, PLATFORM, str(user.guild.id), roles)
