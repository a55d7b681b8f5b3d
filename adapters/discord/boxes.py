"""What a message shows, from top to bottom, as Discord draws it: paragraphs in its markdown, and rows of buttons."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.chat import Body, Button, Row
from adapters.cutting import pieces
from adapters.discord.text import escaped, fenced, said, size, small, weight
from adapters.strips import LINE, Alarm, Buttons, Code, Head, Quiet, Steps, Strip, Words, strips

PIECE = 1_700
"""Characters of a paragraph, its markup counted."""
ROW = 5
"""Buttons that stand side by side."""
BESIDE = 14
"""Characters of small print that stands beside its line."""

Element = str | tuple[Button, ...]
"""A paragraph, or a row of buttons."""


def elements(body: Body) -> list[Element]:
    """All that a message shows but the buttons under it; no paragraph is longer than PIECE, no row than ROW."""
    return [element for strip in strips(body) for element in _drawn(strip)]


def rows(buttons: tuple[Button, ...]) -> list[Element]:
    return [buttons[start : start + ROW] for start in range(0, len(buttons), ROW)]


def _drawn(strip: Strip) -> Iterator[Element]:
    match strip:
        case Buttons(buttons):
            yield from rows(buttons)
        case Head(text):
            yield from _head(text)
        case Quiet(text):
            yield from (small(escaped(piece)) for piece in _pieces(text))
        case Code(text):
            yield from map(fenced, pieces(text, PIECE, size))
        case Steps(steps):
            yield from (escaped(piece) for piece in _pieces("\n".join(map(_step, steps))))
        case Alarm(text, addressed):
            yield from _words(Words(text, addressed=addressed))
        case Words():
            yield from _words(strip)


def _head(text: str) -> Iterator[str]:
    first, *rest = _pieces(" ".join(text.split())) or ["…"]
    yield f"### {escaped(first)}"
    yield from map(escaped, rest)


def _step(row: Row) -> str:
    said = f"{row.mark or '•'} {row.text}"
    return f"{said} ({row.detail})" if row.detail else said


def _words(words: Words) -> Iterator[str]:
    if words.quiet and len(words.text) + len(words.quiet) <= LINE:
        yield f"{_lead(words)}{said(words.text, words.addressed)}{_quietly(words.quiet)}"
        return
    for number, piece in enumerate(_pieces(words.text) if words.text else [""]):
        spoken = (
            f"**{escaped(piece.strip())}**" if words.bold else said(piece, () if number else words.addressed)
        )
        yield spoken if number else f"{_lead(words)}{spoken}"
    yield from (small(escaped(piece)) for piece in _pieces(words.quiet))


def _quietly(text: str) -> str:
    """Small print, beside a line or below it."""
    beside = len(text) <= BESIDE and "\n" not in text
    return f"  *{escaped(text.strip())}*" if beside else f"\n{small(escaped(text))}"


def _lead(words: Words) -> str:
    return f"**{escaped(words.lead)}:** " if words.lead else ""


def _pieces(text: str) -> list[str]:
    return [piece for piece in pieces(text, PIECE, weight) if piece.strip()]
