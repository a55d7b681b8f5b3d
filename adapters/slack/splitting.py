"""Long things in pieces that Slack takes: texts, and blocks into several messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters import cutting
from adapters.slack.text import weight

PIECE = 2_800
"""Bytes of a text in one block; Slack takes 3,000 characters."""

ROOM = 12_000
"""Bytes of a message's blocks; Slack refuses them from about 13,200 on."""

BLOCKS = 50
"""Blocks of a message."""


def pieces(text: str, room: int = PIECE) -> Iterator[str]:
    """The text in pieces of at most so many bytes on the wire."""
    return cutting.pieces(text, room, weight)


def packed(things: Sequence[Any], most: int, room: int, *, reserved: Sequence[Any] = ()) -> list[list[Any]]:
    """Things in groups of at most `most` and `room` bytes; `reserved` ends the first group.

    A thing that is heavier than the room stands alone.
    """
    groups: list[list[Any]] = [[]]
    count, heavy = len(reserved), sum(map(_heavy, reserved))
    for thing in things:
        if count and (count >= most or heavy + _heavy(thing) > room):
            groups.append([])
            count, heavy = 0, 0
        groups[-1].append(thing)
        count, heavy = count + 1, heavy + _heavy(thing)
    groups[0].extend(reserved)
    return [group for group in groups if group]


def _heavy(thing: Any) -> int:
    return weight(thing) + 2
