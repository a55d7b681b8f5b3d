"""Bounded excerpts of what others wrote: marked as quotation line by line, with both ends and the failure kept."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence

from goals.domain import failures

SIZE_PER_TOKEN = 3.5
"""An estimate, over the tokenizers of today: words and code have some 3.7 bytes in a token, numbers 1.5."""

BAR = "| "
LEFT_OUT = "\n[… left out …]\n"

_EDGE = 100
"""Characters: so far into its ends is a text searched for failures that a cut would go through."""

_DIGITS = b"0123456789"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def tokens(text: str) -> int:
    """About how many tokens a text has."""
    return math.ceil(size(text) / SIZE_PER_TOKEN)


def size(text: str) -> int:
    """Bytes of UTF-8, each digit counted as three: tokenizers take numbers apart."""
    raw = text.encode("utf-8", "replace")
    digits = len(raw) - len(raw.translate(None, _DIGITS))
    return len(raw) + 2 * digits


def escaped(text: str) -> str:
    """Words of others, so that they cannot end the tag that they stand in."""
    return html.escape(_CONTROLS.sub("", text), quote=False).strip()


def quoted(text: str) -> str:
    """The same with a bar before each line, so that none of them can pass for a line of ours."""
    return BAR + escaped(text).replace("\n", f"\n{BAR}")


def excerpt(text: str, longest: int) -> str:
    """A quotation no larger than `longest`: all of the text, or its ends and what speaks of failure between."""
    room = longest * len(text) // cost(text) if text.strip() else 0
    while room > 0:
        shown = LEFT_OUT.join(quoted(part) for part in _parts(text, room))
        if size(shown) <= longest:
            return shown
        room = room * longest // size(shown)
    return ""


def cost(text: str) -> int:
    """The size of a quotation of all of a text."""
    entities = 3 * (text.count("<") + text.count(">")) + 4 * text.count("&")
    return size(text) + entities + len(BAR) * (text.count("\n") + 1)


def brief(text: str, longest: int) -> str:
    """One escaped line no larger than `longest`, shortened in its middle."""
    ends = text if len(text) <= 4 * longest else f"{text[: 2 * longest]} {text[-2 * longest :]}"
    words, room = " ".join(ends.split()), longest
    while room > 3:
        shown = escaped(
            words if len(words) <= room else f"{words[: room - room // 3 - 3]} … {words[-(room // 3) :]}"
        )
        if size(shown) <= longest:
            return shown
        room = min(room, len(words)) * longest // size(shown)
    return ""


def shares(needs: Sequence[int], weights: Sequence[int], room: int) -> list[int]:
    """How much of the room each gets: no more than it needs, and what it leaves goes to the others by weight."""
    given, weight = [0] * len(needs), sum(weights)
    for n in sorted(range(len(needs)), key=lambda n: needs[n] / weights[n]):
        given[n] = min(needs[n], room * weights[n] // weight)
        room, weight = room - given[n], weight - weights[n]
    return given


def _parts(text: str, room: int) -> list[str]:
    """The text in so many characters: whole, or in two or three parts."""
    if len(text) <= room:
        return [text]
    if room < 3 * len(LEFT_OUT):
        return [text[-room:]]
    room -= 2 * len(LEFT_OUT)
    third, last = room // 3, len(text) - room // 3
    begin = max(0, third - _EDGE)
    at = failures.spot(text[begin : last + _EDGE])
    if at is None:
        return [text[: room * 2 // 5], text[-(room * 3 // 5) :]]
    return _around(text, third, max(0, begin + at - third // 3), last)


def _around(text: str, third: int, begin: int, last: int) -> list[str]:
    """Head, a third from `begin` on, and tail; those that touch are one part."""
    if begin <= third:
        return [text[: begin + third], text[last:]]
    if begin + third >= last:
        return [text[:third], text[begin:]]
    return [text[:third], text[begin : begin + third], text[last:]]
