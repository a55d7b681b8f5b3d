"""What marks a post on Discord, by which it is found again: a nonce for some minutes, later a number in its box, or its
words at the end of the thread.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from discord import Message
from discord.utils import snowflake_time

from adapters.memory import attached

LONGEST_NONCE = 25


def nonce(key: str) -> str:
    """Discord posts once what has the same nonce in the same channel within some minutes."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:LONGEST_NONCE]


def mark(key: str) -> int:
    """The number of a post's box."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % (2**31 - 1) + 1


def marked(place: int, mark: int) -> str:
    """Under which what has such a number in a channel is remembered."""
    return f"{place}#{mark}"


def begun(thread: str) -> float | None:
    """When a thread began, in seconds since 1970; None outside of threads."""
    return snowflake_time(int(thread)).timestamp() if thread.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What of ours stands in a channel: ids of messages by what they are remembered under, and of texts at its end."""

    known: dict[str, str]
    last: dict[str, str]


def standing(place: int, messages: Sequence[Message], us: int) -> Standing:
    """`messages` are oldest first. Of texts, which bear no number, those count that nobody has spoken after.

    A file belongs to the message of ours before it.
    """
    known: dict[str, str] = {}
    last: dict[str, str] = {}
    latest = ""
    for message in messages:
        if message.author.id != us:
            last = {}
            continue
        id_ = str(message.id)
        if message.attachments:
            known |= {attached(latest, one.filename): id_ for one in message.attachments}
            continue
        latest = id_
        if number := _number(message):
            known[marked(place, number)] = id_
        elif message.content:
            last[message.content.strip()] = id_
    return Standing(known, last)


def _number(message: Message) -> int | None:
    """That of its box."""
    [*shown] = message.components if message.flags.components_v2 else ()
    return getattr(shown[0], "id", None) if shown else None
