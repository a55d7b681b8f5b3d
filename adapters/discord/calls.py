"""Discord's REST API as the port calls it, with its refusals in our words; it works without a gateway."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any, Literal

import discord
from discord import (
    AllowedMentions,
    Client,
    Member,
    Message,
    PartialMessage,
    PartialMessageable,
    Reaction,
    ReactionType,
    User,
    Webhook,
)

from adapters.chat import File, Undeliverable
from adapters.discord.marks import nonce
from adapters.discord.parts import Part
from adapters.discord.refusals import HasThread, understood
from adapters.discord.shown import box, under
from adapters.discord.text import mentions, short
from adapters.emoji import meaning
from goals.domain.values import Person

MIB = 1024 * 1024
LARGEST = 10 * MIB
"""Bytes of a file that every server takes."""
NAME = 100
STAYS: Literal[10080] = 10080
"""Characters of a thread's name; minutes after which a silent one is archived, the longest there is."""
READ_BACK = 500
"""Messages that are read back at most."""

TO_POST = "Send Messages, in threads Send Messages in Threads"
TO_THREAD = "Create Public Threads"
TO_READ = "Read Message History"


def channel(client: Client, place: int) -> PartialMessageable:
    return client.get_partial_messageable(place)


def message(client: Client, place: int, id_: str) -> PartialMessage:
    return channel(client, place).get_partial_message(int(id_))


async def say(client: Client, place: int, part: Part, addressed: Sequence[Person], key: str) -> str:
    """Post a part's text, with the buttons under it where it has no box. Returns the message's id."""
    shown: dict[str, Any] = {"view": under(part)} if part.shown and part.colour is None else {}
    with understood(TO_POST):
        posted = await channel(client, place).send(
            part.text,
            nonce=nonce(key),
            allowed_mentions=mentions(addressed),
            suppress_embeds=True,
            **shown,
        )
    return str(posted.id)


async def draw(
    client: Client, place: int, part: Part, addressed: Sequence[Person], key: str, mark: int
) -> str:
    """Post a box. Returns the message's id."""
    with understood(TO_POST):
        posted = await channel(client, place).send(
            view=box(part, mark), nonce=nonce(key), allowed_mentions=mentions(addressed)
        )
    return str(posted.id)


async def redraw(client: Client, place: int, id_: str, part: Part, mark: int) -> None:
    """Make a box of a message of ours, whatever it was."""
    with understood(TO_POST):
        await message(client, place, id_).edit(
            content=None, view=box(part, mark), allowed_mentions=AllowedMentions.none()
        )


async def attach(client: Client, place: int, file: File, key: str) -> str:
    """Post a file. Returns the message's id; raises Undeliverable for one that is too large."""
    with understood("Attach Files"):
        posted = await channel(client, place).send(
            file=uploaded(file), nonce=nonce(key), allowed_mentions=AllowedMentions.none()
        )
    return str(posted.id)


def uploaded(file: File) -> discord.File:
    """Raises Undeliverable for one that is too large."""
    content = bytes(file.data) or file.text.encode("utf-8", "replace") or b"(empty)"
    if len(content) > LARGEST:
        raise Undeliverable(f"It has {len(content) / MIB:.1f} MiB, and Discord takes {LARGEST // MIB}.")
    return discord.File(BytesIO(content), file.name)


async def answer(followup: Webhook, part: Part) -> None:
    """Say something to one person alone, in answer to what they did."""
    shown: dict[str, Any] = (
        {"view": box(part, 1)} if part.colour else {"content": part.text, "view": under(part)}
    )
    with understood():
        await followup.send(**shown, ephemeral=True, allowed_mentions=AllowedMentions.none(), wait=True)


async def answer_file(followup: Webhook, file: File) -> None:
    """Raises Undeliverable for one that is too large."""
    upload = uploaded(file)
    with understood("Attach Files"):
        await followup.send(file=upload, ephemeral=True, wait=True)


async def react(client: Client, place: int, id_: str, emoji: str) -> None:
    with understood("Add Reactions, Read Message History"):
        await message(client, place, id_).add_reaction(emoji)


async def reactions(client: Client, place: int, id_: str) -> list[tuple[str, User | Member]]:
    """Each emoji that means something, with each who gave it and is no bot."""
    with understood(TO_READ):
        shown = await message(client, place, id_).fetch()
        return [
            (str(reaction.emoji), user)
            for reaction in shown.reactions
            if meaning(str(reaction.emoji)) is not None
            for kind in _kinds(reaction)
            async for user in reaction.users(type=kind)
            if not user.bot
        ]


def _kinds(reaction: Reaction) -> list[ReactionType]:
    """Discord tells apart who gave an emoji with a flourish, which means the same."""
    return [ReactionType.normal] + [ReactionType.burst] * (reaction.burst_count > 0)


async def begin_thread(client: Client, parent: int, on: int, name: str) -> None:
    """Have a thread on a message; its id is the message's. One that is there already is good."""
    with suppress(HasThread), understood(TO_THREAD):
        await client.http.start_thread_with_message(
            parent, on, name=short(name, NAME), auto_archive_duration=STAYS
        )


async def wake(client: Client, thread: int) -> None:
    """Take a thread out of the archive."""
    with understood("Manage Threads"):
        await client.http.edit_channel(thread, archived=False)


async def direct(client: Client, who: Person) -> int:
    """The channel of the bot with one person."""
    with understood():
        return int((await client.http.start_private_message(int(who.id)))["id"])


async def messages(client: Client, place: int) -> list[Message]:
    """What was said last in a channel or thread, oldest first."""
    with understood(TO_READ):
        return [one async for one in channel(client, place).history(limit=READ_BACK)][::-1]
