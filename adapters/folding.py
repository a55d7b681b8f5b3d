"""What phones and platforms do to a text, undone: escapes, special spaces, typographic dashes and quotes."""

from __future__ import annotations

import re

DASHES = "—–―‒−"
"""What phones make of `--`."""

DOUBLE = '"“”„‟'
SINGLE = "'‘’‚‛"
GUILLEMETS = "«»"

_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009"), " ")
_QUOTES = {**dict.fromkeys(map(ord, DOUBLE + GUILLEMETS), '"'), **dict.fromkeys(map(ord, SINGLE), "'")}
_LONG_DASH = re.compile(rf"(?<!\S)[{DASHES}](?=[A-Za-z])")


def unescaped(text: str) -> str:
    """The text as it was typed: platform escapes undone once, special spaces plain, line ends one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE).translate(_SPACES)
    return re.sub("&(?:amp|lt|gt);", lambda escape: _ESCAPES[escape[0]], text)


def keyboard(text: str) -> str:
    """A command or JSON as a keyboard would have it: plain quotes, and `--` where a word begins with a dash."""
    return _LONG_DASH.sub("--", straight(text))


def straight(text: str) -> str:
    """The same text with plain quotes, character for character."""
    return text.translate(_QUOTES)


def closing(text: str) -> int | None:
    """Where the quote that a text begins with closes: before a space or at the end. None when it does not."""
    family = next(quotes for quotes in (DOUBLE, SINGLE, GUILLEMETS) if text[0] in quotes)
    close = re.compile(rf"(?<!\\)[{family}](?=\s|$)")
    match = close.search(text, 1)
    return match.start() if match else None


def quoted(text: str) -> bool:
    return text[:1] != "" and text[0] in DOUBLE + SINGLE + GUILLEMETS


def unquoted(text: str) -> str:
    """A text without the quotes around the whole of it."""
    if quoted(text) and len(text) > 1 and closing(text) == len(text) - 1:
        return _inside(text[1:-1])
    return text


def _inside(text: str) -> str:
    return text.replace('\\"', '"').replace("\\'", "'")
