"""What the bot has to be allowed on a Discord server, and the link that invites it with just that."""

from __future__ import annotations

import discord

PERMISSIONS = {
    "view_channel": "see the channels of its goals",
    "send_messages": "speak",
    "create_public_threads": "open a thread for each goal",
    "send_messages_in_threads": "speak there",
    "read_message_history": "read back what was said while it was away",
    "attach_files": "attach what is long",
    "add_reactions": "acknowledge with 👀",
}
"""Every right of the bot, with what it is for."""

SCOPES = ("bot", "applications.commands")


def permissions() -> discord.Permissions:
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def link(app: int, guild: str = "") -> str:
    """Where somebody who manages a server lets the bot in; with a `guild`, that server."""
    if guild.isdecimal():
        there = discord.Object(int(guild))
        return discord.utils.oauth_url(app, permissions=permissions(), scopes=SCOPES, guild=there)
    return discord.utils.oauth_url(app, permissions=permissions(), scopes=SCOPES)
