"""Words on their way to Slack: nobody else's words ping anybody, become a link or change how the rest looks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.addressed import parted
from adapters.figures import cut
from goals.domain.values import Person

Element = dict[str, Any]

_GROUP = re.compile(r"S[A-Z0-9]+")
"""What the ids of user groups look like; those of people begin with U or W."""

_CODE = re.compile(r"`([^`\n]+)`")


def escaped(text: str) -> str:
    """For Slack's own markup: what would be a mention, a link or an entity is shown as it is written."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def weight(value: Any) -> int:
    """Bytes of a value on the wire; of a text, about its length or more."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def size(text: str) -> int:
    """Characters as Slack may count them, where some are two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def short(text: str, most: int) -> str:
    """The text on one line of at most so many of those characters, never empty; … says that something is missing."""
    line = cut(text, most)
    while size(line) > most:
        line = cut(line, len(line) - 1)
    return line or "…"


def mention(person: Person) -> str:
    """Of somebody, or of a user group."""
    return f"<!subteam^{person.id}>" if _GROUP.fullmatch(person.id) else f"<@{person.id}>"


def notified(text: str, addressed: Sequence[Person] = ()) -> str:
    """What a notification shows, in Slack's markup. Only whom we address is mentioned, once each."""
    said = escaped(text)
    for person in addressed:
        named, real = escaped(person.mention), mention(person)
        said = said.replace(named, real, 1) if named in said else f"{real} {said}"
    return said


def runs(text: str, addressed: Sequence[Person] = (), **style: bool) -> list[Element]:
    """A text as elements of rich text, where nothing is markup: `code` in its own letters, real mentions of those
    whom we address.
    """
    return [element for part in parted(text, addressed) for element in _run(part, style)]


def _run(part: str | Person, style: dict[str, bool]) -> Iterator[Element]:
    if isinstance(part, Person):
        group = _GROUP.fullmatch(part.id)
        yield (
            {"type": "usergroup", "usergroup_id": part.id} if group else {"type": "user", "user_id": part.id}
        )
        return
    for number, piece in enumerate(_CODE.split(part)):
        if piece:
            yield _text(piece, {**style, "code": True} if number % 2 else style)


def _text(text: str, style: dict[str, bool]) -> Element:
    return {"type": "text", "text": text, **({"style": style} if style else {})}
