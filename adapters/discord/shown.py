"""Messages as discord.py sends them: a box of Components V2, or a text with buttons under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from discord import ui

from adapters.chat import Button, Colour
from adapters.discord.boxes import Element
from adapters.discord.buttons import drawn
from adapters.discord.parts import Part, joined

COLOURS = {
    Colour.BLUE: 0x3498DB,
    Colour.AMBER: 0xF0B232,
    Colour.GREY: 0x80848E,
    Colour.GREEN: 0x23A55A,
    Colour.RED: 0xF23F43,
}


class Box(ui.LayoutView):
    """A box whose buttons say by themselves what they do: discord.py need not remember each message."""

    def is_dispatchable(self) -> bool:
        return False


class Under(ui.View):
    """The buttons under a text, remembered as little."""

    def is_dispatchable(self) -> bool:
        return False


def box(part: Part, mark: int) -> Box:
    """`mark` is a number by which the message can be found again."""
    shown = Box(timeout=None)
    inside = _drawn(part.shown if part.colour else [part.text, *part.shown])
    if part.colour is None:
        for item in inside:
            shown.add_item(item)
    else:
        shown.add_item(ui.Container(*inside, accent_colour=COLOURS[part.colour], id=mark))
    return shown


def under(part: Part) -> Under:
    """What stands under the text of a message without a box."""
    shown, numbers = Under(timeout=None), count()
    for line, buttons in enumerate(part.shown):
        for button in buttons:
            assert isinstance(button, Button)
            item = drawn(button, next(numbers))
            item.row = line
            shown.add_item(item)
    return shown


def _drawn(shown: Sequence[Element]) -> Iterator[ui.Item[Any]]:
    numbers = count()
    for element in joined(shown):
        if isinstance(element, str):
            yield ui.TextDisplay(element)
        else:
            yield ui.ActionRow(*(drawn(button, next(numbers)) for button in element))
