"""The forms that Discord shows: a text behind a button, and a message that is to become a goal; and what was filled in.

What a form is about stands in its own id, so that it can be sent after a restart too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui

from adapters import forms
from adapters.discord.custom_ids import Pressed
from adapters.discord.text import short, size
from adapters.forms import Input

TITLE, LABEL, HINT, LONGEST = 45, 45, 100, 4_000
"""Discord's limits: characters of a title, of what stands over an input and under that, of a text."""
TEXT = "text"
FORGOTTEN = 900.0
"""Seconds after which discord.py remembers a form no longer; we never need it to."""

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
    """The goal that is to be made of a message: what was said in each input."""

    message: int
    said: Mapping[str, str]


def ask(pressed: Pressed) -> ui.Modal:
    """The form that asks for what a button wants to know."""
    asked = forms.question(pressed.action)
    form = ui.Modal(
        title=short(asked.title, TITLE),
        custom_id=f"gwask:{pressed.action}:{pressed.value}",
        timeout=FORGOTTEN,
    )
    question = pressed.asks or asked.asks
    over = question if size(question) <= LABEL else asked.asks
    return form.add_item(_drawn(Input(TEXT, over, asked.optional), "" if over == question else question))


def make(text: str, message: int) -> ui.Modal:
    """The form that makes a goal of a message: its words as the objective, and what else a contract has."""
    form = ui.Modal(title=forms.TITLE, custom_id=f"gwmake:{message}", timeout=FORGOTTEN)
    said = text if size(text) <= LONGEST else text[: LONGEST // 2]
    objective, *parts = forms.GOAL
    form.add_item(_drawn(objective, "" if said == text else forms.CUT_SHORT, said))
    for part in parts:
        over, _, under = part.asks.partition(" (")
        form.add_item(_drawn(replace(part, asks=over), under.removesuffix(")")))
    return form


def _drawn(asked: Input, hint: str = "", initial: str = "") -> ui.Label[Any]:
    words = ui.TextInput[Any](
        custom_id=asked.name,
        style=discord.TextStyle.paragraph if asked.lines else discord.TextStyle.short,
        required=not asked.optional,
        max_length=LONGEST,
        default=initial.strip() or None,
    )
    under = short(hint, HINT) if hint else None
    return ui.Label(text=short(asked.asks, LABEL), description=under, component=words)


def read(data: Mapping[str, Any]) -> Answered | Made | None:
    """What was filled in, of an interaction's data; None for a form that is none of ours."""
    carried, said = str(data.get("custom_id")), dict(_said(data.get("components") or ()))
    if found := _ASKS.fullmatch(carried):
        return Answered(found[1], found[2], said.get(TEXT, ""))
    if found := _MAKES.fullmatch(carried):
        return Made(int(found[1]), said)
    return None


def _said(components: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every input's text, however deep it stands: Discord wraps them in rows or in labels."""
    for one in components:
        if "value" in one:
            yield str(one["custom_id"]), str(one["value"] or "").strip()
        yield from _said(one.get("components") or ())
        if inside := one.get("component"):
            yield from _said((inside,))
