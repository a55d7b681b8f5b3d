"""One message of ours as the messages that Slack takes: the first has the buttons, what is too long goes to a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.chat import Body, File
from adapters.fitting import fit
from adapters.slack.blocks import RICH, buttons_under, drawn
from adapters.slack.buttons import Block
from adapters.slack.splitting import BLOCKS, ROOM, packed, pieces
from adapters.slack.text import escaped, notified

MOST = 4
"""Messages that are one of ours at most; what is longer is attached whole to the first."""
TWIN = 3_000
"""Bytes of the text that stands for a message's blocks in notifications."""
SPARE = 2
"""Blocks left for what is said about the rest."""
NOTE = 400
"""Bytes of that."""


@dataclass(frozen=True, slots=True)
class Part:
    """What chat.postMessage is given. `text` is for notifications and screen readers, in Slack's markup."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """The first message, what follows it in the thread, and what is attached."""

    first: Part
    rest: tuple[Part, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def messages(self) -> tuple[Part, ...]:
        return (self.first, *self.rest)


def parts(body: Body, takes: frozenset[str] = RICH) -> Parts:
    """Nothing is lost on the way: what the messages do not show is in the files."""
    body = fit(body, "slack")
    under = buttons_under(body)
    groups = packed(drawn(body, takes), BLOCKS - SPARE, ROOM - NOTE, reserved=under) or [[]]
    text = notified(_twin(body.text), body.addressed)
    if len(groups) <= MOST:
        first, *rest = (Part("", tuple(group)) for group in groups)
        following = tuple(_following(part, number, len(groups)) for number, part in enumerate(rest, 2))
        return Parts(replace(first, text=text), following, body.files)
    said = _context(f"This is only its beginning: the whole is attached, {len(body.text):,} characters.")
    at = len(groups[0]) - len(under)
    blocks = (*groups[0][:at], said, *groups[0][at:])
    return Parts(Part(text, blocks), (), (*body.files, File("whole.txt", body.text)))


def _twin(text: str) -> str:
    first = next(pieces(text, TWIN), "")
    return first if first == text else f"{first.rstrip()}…"


def _following(part: Part, number: int, of: int) -> Part:
    said = f"{number} of {of}"
    text = _twin(f"{said}: {' '.join(texts(part.blocks))}")
    return Part(escaped(text), (_context(f"{said}, which belongs to the message above"), *part.blocks))


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def texts(blocks: Any) -> Iterator[str]:
    """What blocks say, in reading order."""
    if isinstance(blocks, dict):
        for key, value in blocks.items():
            yield from [value] if key in ("text", "title") and isinstance(value, str) else texts(value)
    elif isinstance(blocks, list | tuple):
        for block in blocks:
            yield from texts(block)
