"""Buttons that work however old they are: what a press means stands in the button's own id, and nothing is remembered."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from adapters.chat import Button, Style
from adapters.discord import custom_ids
from adapters.discord.custom_ids import Pressed
from adapters.discord.text import short

LABEL = 80
"""Characters of a label."""

Told = Callable[[discord.Interaction, Pressed, str], Awaitable[None]]
"""Is told what was pressed, with the label of the button."""

Kind = type[ui.DynamicItem[ui.Button[Any]]]


def pressed(told: Told) -> Kind:
    """The kind of our buttons. Whoever is told decides who may: discord.py answers nobody who is turned away earlier."""

    class GoalButton(ui.DynamicItem[ui.Button[Any]], template=custom_ids.PATTERN):
        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str]
        ) -> Self:
            assert isinstance(item, ui.Button)
            return cls(item)

        async def callback(self, interaction: discord.Interaction) -> None:
            meant = custom_ids.pressed(self.custom_id)
            if meant is not None:
                await told(interaction, meant, self.item.label or "")

    return GoalButton


SURE = re.compile(r"gwsure:(?P<answer>[yn])(?::(?P<action>[^:]*):(?P<value>.*))?")
"""The custom_id of the two buttons under a question."""


def answered(told: Told) -> Kind:
    """The kind of the buttons under “Are you sure?”: a yes is the press itself, a no is one without an action."""

    class SureButton(ui.DynamicItem[ui.Button[Any]], template=SURE):
        def __init__(self, item: ui.Button[Any], meant: Pressed) -> None:
            super().__init__(item)
            self.meant = meant

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str]
        ) -> Self:
            assert isinstance(item, ui.Button)
            return cls(item, Pressed(match["action"] or "", match["value"] or ""))

        async def callback(self, interaction: discord.Interaction) -> None:
            await told(interaction, self.meant, self.item.label or "")

    return SureButton


def question(meant: Pressed, label: str) -> ui.View:
    """The two buttons under a question that is asked before a press counts."""
    view = ui.View(timeout=None)
    sure = f"gwsure:y:{meant.action}:{meant.value}"
    view.add_item(ui.Button(label=short(label, LABEL), custom_id=sure, style=discord.ButtonStyle.danger))
    view.add_item(ui.Button(label="No", custom_id="gwsure:n"))
    view.stop()  # Else discord.py would remember it for ever.
    return view


def drawn(button: Button, number: int) -> ui.Button[Any]:
    """`number` makes it unique in its message."""
    style = {
        Style.PLAIN: discord.ButtonStyle.secondary,
        Style.PRIMARY: discord.ButtonStyle.success,
        Style.DANGER: discord.ButtonStyle.danger,
    }[button.style]
    return ui.Button(
        label=short(button.label, LABEL), custom_id=custom_ids.custom_id(button, number), style=style
    )
