"""A card as plain text, whole: what notifications, terminals and screen readers get."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.chat import Card, Row, Section


def plain(card: Card) -> str:
    head = f"{card.title} · {card.badge}" if card.badge else card.title
    parts = (
        [head, *(_line(step) for step in card.steps), *card.lines],
        [f"{bar.label}: {bar.text}" for bar in card.bars],
        *(list(_section(section)) for section in card.sections),
        [card.footer] if card.footer else [],
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def _section(section: Section) -> Iterator[str]:
    yield f"{section.title}:"
    for row in section.rows:
        if line := _line(row):
            yield line
        yield from (f"    {line}" for line in row.code.splitlines())


def _line(row: Row) -> str:
    said = f"{row.mark} {row.text}".strip()
    return f"{said} ({row.detail})" if row.detail else said
