"""A message from top to bottom as strips, before it is drawn: what it says, in order, without a platform's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.chat import Bar, Body, Button, Card, Colour, Row, Section
from goals.domain.values import Person

LIGHTS = {
    Colour.BLUE: "🔵",
    Colour.AMBER: "🟡",
    Colour.GREY: "⚪",
    Colour.GREEN: "🟢",
    Colour.RED: "🔴",
}
CELLS = 8
"""Length of a budget bar."""
LINE = 100
"""Characters of what stands on one line with its title, or with its small print."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a message is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is small print."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `lead` says in front what it is about, `quiet` is its small print. Whom we address is mentioned in
    it.
    """

    text: str
    quiet: str = ""
    lead: str = ""
    bold: bool = False
    addressed: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """A warning."""

    text: str
    addressed: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """The agent's plan."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]


Strip = Head | Quiet | Words | Alarm | Code | Steps | Buttons


def strips(body: Body) -> list[Strip]:
    """All that a message shows but the buttons under it."""
    if body.card is not None:
        return list(_card(body.card, body.addressed))
    if body.warns:
        return [Alarm(body.text, body.addressed)]
    return [Words(body.text, addressed=body.addressed)] if body.text else []


def _card(card: Card, addressed: tuple[Person, ...]) -> Iterator[Strip]:
    yield Head(card.title)
    if card.badge:
        yield Quiet(f"{LIGHTS[card.colour]} {card.badge}")
    if addressed:
        yield Words("", addressed=addressed)
    if card.steps:
        yield Steps(card.steps)
    yield from (Words(line) for line in card.lines if line)
    if card.bars:
        yield Words("\n".join(bar_line(bar) for bar in card.bars))
    for section in card.sections:
        yield from _section(section)
    if card.footer:
        yield Quiet(card.footer)


def _section(section: Section) -> Iterator[Strip]:
    if _is_short(section):
        [row] = section.rows
        yield Words(_line(row), row.detail, lead=section.title)
        return
    yield Words(section.title, bold=True)
    for row in section.rows:
        if line := _line(row):
            yield Words(line, row.detail if row.text.strip() else "")
        if row.code:
            yield Code(row.code)
        if row.buttons:
            yield Buttons(row.buttons)


def _is_short(section: Section) -> bool:
    """Whether it stands on one line with its title."""
    if len(section.rows) != 1:
        return False
    [row] = section.rows
    words = (section.title, row.text, row.detail)
    return bool(row.text.strip()) and not (row.code or row.buttons) and sum(map(len, words)) <= LINE


def _line(row: Row) -> str:
    return f"{row.mark} {row.text if row.text.strip() else row.detail}".strip()


def bar_line(bar: Bar) -> str:
    """`Tokens ▓▓▓▓░░░░ 41k / 100k`; a bar is full only when nothing is left."""
    full = min(int(bar.share * CELLS), CELLS) if bar.share > 0 else 0
    shown = max(full, 1) if bar.share > 0 else 0
    return f"{bar.label} {'▓' * shown}{'░' * (CELLS - shown)} {bar.text}"
