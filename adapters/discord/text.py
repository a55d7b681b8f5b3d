"""Words on their way to Discord: nobody else's words ping anybody, become a link or change how the rest looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discord import AllowedMentions, Object

from adapters.addressed import parted
from adapters.figures import cut
from goals.domain.values import Person

ROLE = "&"
"""Before the id of a role: `Person("&123")` are all who have it."""

_CODE = re.compile(r"(`[^`\n]+`)")
_SIGNS = re.compile(r"([\\*_~`|<>\[\]])")
_LINE_START = re.compile(r"^(\s*)(?:([#+-])|(\d+)([.)]))", re.MULTILINE)
_GROWS = re.compile(r"[\\*_~`|<>\[\]#+.)-]")
_ADDRESS = re.compile(r"(https?://[^\s<>\[\]()`\"']*[^\s<>\[\]()`\"'.,:;!?*_~|\\])")
_ID = re.compile(r"&?\d+")


def escaped(text: str) -> str:
    """For Discord's markdown: what would be markup, a mention or a named link is shown as it is written. `code` in its
    own letters, and addresses, are left alone.
    """
    return "".join(
        part if number % 2 else _LINE_START.sub(_disarmed, _outside_addresses(part))
        for number, part in enumerate(_CODE.split(text))
    )


def _outside_addresses(text: str) -> str:
    return "".join(
        part if number % 2 else _SIGNS.sub(r"\\\1", part) for number, part in enumerate(_ADDRESS.split(text))
    )


def _disarmed(start: re.Match[str]) -> str:
    """The start of a line that would be a heading, a list or small print."""
    space, sign, digits, point = start.groups()
    return f"{space}\\{sign}" if sign else f"{space}{digits}\\{point}"


def fenced(text: str) -> str:
    """A block of code, from which nothing in it gets out."""
    inside = text.replace("```", "`\u200b`\u200b`")
    return f"```\n{inside}\n```"


def small(text: str) -> str:
    """Small print, every line of it."""
    return "\n".join(f"-# {line}" for line in text.splitlines() if line.strip())


def size(text: str) -> int:
    """Characters as Discord's apps count them, where some are two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def weight(text: str) -> int:
    """Characters of a text once it is escaped and each line marked as small, or more."""
    return size(text) + len(_GROWS.findall(text)) + len("-# ") * text.count("\n")


def short(text: str, most: int) -> str:
    """The text on one line of at most so many of those characters, never empty; … says that something is missing."""
    line = cut(text, most)
    while size(line) > most:
        line = cut(line, len(line) - 1)
    return line or "…"


def mention(person: Person) -> str:
    """Of somebody, or of a role."""
    return f"<@{person.id}>" if _ID.fullmatch(person.id) else escaped(person.mention)


def said(text: str, addressed: Sequence[Person] = ()) -> str:
    """A text in Discord's markdown. Only whom we address is mentioned, once each."""
    shown = "".join(
        escaped(part) if isinstance(part, str) else mention(part) for part in parted(text, addressed)
    )
    return shown.strip(" ")


def mentions(addressed: Iterable[Person]) -> AllowedMentions:
    """Whom a message may ping: those whom it addresses, nobody else."""
    ids = [person.id for person in addressed if _ID.fullmatch(person.id)]
    users = [Object(int(one)) for one in ids if not one.startswith(ROLE)]
    roles = [Object(int(one.removeprefix(ROLE))) for one in ids if one.startswith(ROLE)]
    return AllowedMentions(everyone=False, replied_user=False, users=users, roles=roles)
