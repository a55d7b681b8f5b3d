"""What people write and how they react on Discord, in the words of every platform; or nothing that concerns us.

Pure. The key of an act is the same for every delivery of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import discord

from adapters import emoji, folding
from adapters.chat import Message, Reaction
from adapters.discord.origins import DIRECT, PLATFORM
from adapters.language import is_addressed
from goals.domain.values import Origin, Person

SAID = (discord.MessageType.default, discord.MessageType.reply)
"""What people write; all else are Discord's own words."""

_PERSON = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_TOLD = re.compile(r"(?<=notify:)<(#|@&)(\d+)>")
"""A channel or a role that a hook tells: by its id, since a name may be another's, and has no rules of its own."""
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_NAMED = re.compile(r"</([^:>]+):\d+>")


def is_said(message: discord.Message) -> bool:
    """Whether a person wrote this, rather than a bot or Discord."""
    return message.type in SAID and not message.author.bot and message.webhook_id is None


def is_unseen(message: discord.Message) -> bool:
    """Whether what was written is kept from the bot: nothing can be written that has nothing in it."""
    parts = (message.content, message.attachments, message.embeds, message.stickers, message.components)
    return not any(parts) and message.poll is None and not message.message_snapshots


def answered(message: discord.Message) -> str:
    """The id of the message that this one answers; empty where it answers none."""
    reference = message.reference if message.type is discord.MessageType.reply else None
    return str(reference.message_id) if reference and reference.message_id else ""


def heard(message: discord.Message, at: Origin, who: Person, us: int) -> Message | None:
    """A message that somebody wrote at a place, whose thread is empty outside of threads.

    None for what people say to each other there. Where nobody else reads, all is meant for the bot.
    """
    text, id_ = plain(message.content, us, _names(message)), str(message.id)
    if not at.thread or at.tenant == DIRECT:
        if not is_addressed(text):
            if at.tenant != DIRECT and us not in {user.id for user in message.mentions}:
                return None
            text = f"@goalward {text.replace('@goalward', '', 1).strip()}"
        at = at.within(id_)
    return Message(key(message), who, at, id_, text)


def unseen(message: discord.Message, at: Origin, who: Person) -> Message:
    """One whose words are kept from the bot."""
    return Message(key(message), who, at, str(message.id), "", unseen=True)


def is_meant(event: discord.RawReactionActionEvent, us: int) -> bool:
    """Whether a reaction means something to us: what a person gave to a message of ours."""
    by_bot = event.user_id == us or (event.member is not None and event.member.bot)
    return (
        emoji.meaning(str(event.emoji)) is not None and not by_bot and event.message_author_id in (us, None)
    )


def reaction(event: discord.RawReactionActionEvent, at: Origin, who: Person, place: str) -> Reaction:
    """`place` is where the event stands in what Discord tells: who gives the same again means it again."""
    sign = str(event.emoji)
    added = event.event_type == "REACTION_ADD"
    key = f"{PLATFORM}:reaction:{event.message_id}:{event.user_id}:{sign}:{'+' if added else '-'}:{place}"
    return Reaction(key, who, at, str(event.message_id), sign, added)


def plain(text: str, us: int, names: Mapping[int, str]) -> str:
    """A text as it was typed: channels and roles by name, commands by theirs; people stay `@` and their id."""
    text = _TOLD.sub(lambda told: f"{told[1]}{told[2]}", text)
    text = _PERSON.sub(lambda who: "@goalward" if int(who[1]) == us else f"@{who[1]}", text)
    text = _CHANNEL.sub(lambda found: f"#{names.get(int(found[1]), found[1])}", text)
    text = _ROLE.sub(lambda found: f"@{names.get(int(found[1]), found[1])}", text)
    return folding.unescaped(_NAMED.sub(r"/\1", _EMOJI.sub(r"\1", text))).strip()


def key(message: discord.Message) -> str:
    return f"{PLATFORM}:{message.channel.id}:{message.id}"


def _names(message: discord.Message) -> dict[int, str]:
    """Of the channels and roles that are mentioned, as far as they are known."""
    channels = {one.id: one.name for one in message.channel_mentions}
    return channels | {role.id: role.name for role in message.role_mentions}
