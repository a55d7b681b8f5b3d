"""The terminal as a place where a goal lives: its card redrawn in place, its messages one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from adapters.chat import Body, Card, Colour, Message, Row
from adapters.printable import printable
from goals.domain.values import Origin, Person

STYLES = {
    Colour.BLUE: "blue",
    Colour.AMBER: "yellow",
    Colour.GREY: "bright_black",
    Colour.GREEN: "green",
    Colour.RED: "red",
}


class TerminalPort:
    """A ChatPort on a console. Without a terminal there is no card, only messages."""

    def __init__(self, console: Console, *, carded: bool = False) -> None:
        """`carded` says that the goal has its card already, from an earlier run."""
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._carded = carded

    def close(self) -> None:
        self._live.stop()

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        if not self._carded:
            self._carded = True
            self._show(body)
            return "card"
        # What stands below a message speaks of buttons and reactions; the terminal asks for itself.
        self._console.print(draw(replace(body.card, footer="")) if body.card else words(body.text))
        return key

    async def edit(self, at: Origin, message: str, body: Body) -> None:
        if message == "card":
            self._show(body)

    async def private(self, who: Person, at: Origin, body: Body, *, key: str) -> None:
        self._console.print(words(body.text))

    async def react(self, at: Origin, message: str, emoji: str) -> None:
        """A terminal has no reactions."""

    async def reactions(self, at: Origin, message: str) -> Sequence[tuple[Person, str]]:
        return ()

    async def said(self, at: Origin, *, since: datetime) -> Sequence[Message]:
        return ()

    def _show(self, body: Body) -> None:
        if self._console.is_terminal and body.card is not None:
            self._live.start()
            self._live.update(draw(body.card), refresh=True)


def words(text: str, style: str = "") -> Text:
    """Somebody's text: no markup, no terminal codes."""
    return Text(printable(text), style=style)


def draw(card: Card) -> Panel:
    """A card as a panel in its colour."""
    style = STYLES[card.colour]
    title = words(f"{card.title}  ") + words(card.badge, style=style)
    parts: list[RenderableType] = [words(line) for line in card.lines]
    if card.steps:
        parts.insert(0, words("  ".join(f"{step.mark} {step.text}".strip() for step in card.steps)))
    parts += [_bar(bar.label, bar.share, bar.text, style) for bar in card.bars]
    for section in card.sections:
        parts += [words(""), words(section.title, style="bold"), *_rows(section.rows)]
    if card.footer:
        parts.append(words(card.footer, style="dim"))
    return Panel(Group(*parts), title=title, title_align="left", border_style=style)


def _bar(label: str, share: float, text: str, style: str) -> Table:
    row = Table.grid(padding=(0, 1))
    row.add_row(
        words(label),
        ProgressBar(total=1.0, completed=min(1.0, share), width=20, complete_style=style),
        words(text),
    )
    return row


def _rows(rows: Iterable[Row]) -> Iterable[RenderableType]:
    for row in rows:
        yield words(f"{row.mark} {row.text}".strip())
        if row.detail:
            yield words(f"  {row.detail}", style="dim")
        if row.code:
            yield words("\n".join(f"  │ {line}" for line in row.code.splitlines()), style="dim")
