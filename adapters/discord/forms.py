"""The forms that Discord shows: a text behind a button, and a message that is to become a goal; and what was filled in.

What a form is about stands in its own id, so that it can be sent after a restart too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from adapters.buttons import Act
from adapters.discord.custom_ids import Pressed
from adapters.discord.text import short, size
from adapters.goal_form import ANYTHING, LABELS, QUESTIONS, Filled

TITLE, LABEL, HINT, LONGEST = 45, 45, 100, 4_000
"""Discord's limits: characters of a title, of what stands over an input and under that, of a text."""
TEXT = "text"
MAKE_TITLE = "Make this a goal"

_ASKS = re.compile(r"gwask:([^:]*):(.*)")
_MAKES = re.compile(r"gwmake:(\d+)")


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said to the question of a button with that action and value."""

    action: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """The goal that is to be made of a message."""

    message: int
    filled: Filled


def ask(pressed: Pressed) -> ui.Modal:
    """The form that asks for what a button wants to know."""
    title, usual = QUESTIONS.get(pressed.action, ANYTHING)
    form = ui.Modal(title=short(title, TITLE), custom_id=f"gwask:{pressed.action}:{pressed.value}")
    question = pressed.asks or usual
    words = ui.TextInput[Any](
        custom_id=TEXT,
        style=discord.TextStyle.paragraph,
        required=pressed.action != Act.DENY,
        max_length=LONGEST,
    )
    return form.add_item(_labelled(usual if size(question) > LABEL else question, question, words))


def make(text: str, message: int) -> ui.Modal:
    """The form that makes a goal of a message: its words as the objective, and what else a contract has."""
    form = ui.Modal(title=MAKE_TITLE, custom_id=f"gwmake:{message}")
    said = text if size(text) <= LONGEST else text[: LONGEST // 2]
    for name, label in LABELS.items():
        over, _, under = label.partition(" (")
        words = ui.TextInput[Any](
            custom_id=name,
            style=discord.TextStyle.short if name == "budget" else discord.TextStyle.paragraph,
            required=name == "objective",
            max_length=LONGEST,
            default=(said.strip() or None) if name == "objective" else None,
        )
        form.add_item(_labelled(over, under.removesuffix(")"), words))
    return form


def _labelled(over: str, under: str, words: ui.TextInput[Any]) -> ui.Label[Any]:
    hint = short(under, HINT) if under and under != over else None
    return ui.Label(text=short(over, LABEL), description=hint, component=words)


def read(data: Mapping[str, Any]) -> Answered | Made | None:
    """What was filled in, of an interaction's data; None for a form that is none of ours."""
    carried, said = str(data.get("custom_id")), dict(_said(data.get("components") or ()))
    if found := _ASKS.fullmatch(carried):
        return Answered(found[1], found[2], said.get(TEXT, ""))
    if found := _MAKES.fullmatch(carried):
        return Made(int(found[1]), Filled(**{name: said.get(name, "") for name in LABELS}))
    return None


def _said(components: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every input's text, however deep it stands: Discord wraps them in rows or in labels."""
    for one in components:
        if "value" in one:
            yield str(one["custom_id"]), str(one["value"] or "").strip()
        yield from _said(one.get("components") or ())
        if inside := one.get("component"):
            yield from _said((inside,))
