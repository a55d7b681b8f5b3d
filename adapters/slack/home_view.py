"""App Home: one's own goals and those of one's channels, each with a line and its buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.board_card import EMPTY, list_card
from adapters.chat import Body, Card, Section
from adapters.figures import plural
from adapters.slack.blocks import drawn
from adapters.slack.splitting import packed
from goals.audit import Report

MOST_BLOCKS, ROOM = 100, 200_000
"""Slack takes 100 blocks, and 250 kB."""

Channels = Sequence[tuple[str, Sequence[Report]]]
"""Channels by name, with the goals that are shown of each."""


def home_view(own: Sequence[Report], channels: Channels) -> dict[str, Any]:
    """`own` are somebody's own goals, `channels` the others in their channels. What does not fit is said to be left
    out.
    """
    card = _card(own, channels)
    [blocks, *more] = packed(drawn(Body("", card)), MOST_BLOCKS - 1, ROOM)
    if more:
        left = "There are more goals than fit here: `/goal` in a channel shows all of its own."
        blocks += drawn(Body(left))
    return {"type": "home", "blocks": blocks}


def _card(own: Sequence[Report], channels: Channels) -> Card:
    others = sum(len(reports) for _, reports in channels)
    sections = (
        *_sections("Yours", own),
        *(section for name, reports in channels for section in _sections(f"#{name}", reports)),
    )
    badge = f"{plural(len(own), 'goal')} of yours, {others} in your channels"
    return Card("🎯 Goals", badge, sections=sections, lines=() if sections else (EMPTY,))


def _sections(of: str, reports: Sequence[Report]) -> Iterator[Section]:
    for section in list_card(reports).sections:
        yield Section(f"{of} · {section.title}", section.rows)
