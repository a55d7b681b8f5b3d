"""Long texts in pieces that a platform takes, at the ends of lines and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Weigh = Callable[[str], int]
"""How much of a platform's room a text takes: no less than its characters, and no less for a longer beginning of it."""


def pieces(text: str, room: int, weigh: Weigh) -> Iterator[str]:
    """The text in pieces that weigh at most `room` each, cut behind a line, else a word, else anywhere.

    Put together they are the text again.
    """
    at = 0
    while at < len(text):
        head = text[at : at + room + 1]  # Nothing longer fits, and texts may be very long.
        end = len(head) if len(head) <= room and weigh(head) <= room else _cut(head, room, weigh)
        yield head[:end]
        at += end


def _cut(text: str, room: int, weigh: Weigh) -> int:
    """Where to cut: the longest beginning that fits, shortened to the end of a line or word in its last half."""
    fits, fails = 1, min(len(text), room)
    while fails - fits > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if weigh(text[:middle]) <= room else (fits, middle)
    ends = (text.rfind(sign, fits // 2, fits) + 1 for sign in ("\n", " "))
    return next((end for end in ends if end), fits)
