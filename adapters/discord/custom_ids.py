"""What a button on Discord carries: its action, its value and the question that is asked before it counts, in the 100
characters that come back when it is pressed, so that a button works after every restart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.chat import Button
from adapters.discord.text import short

MOST = 100
"""Characters of a custom_id."""

PATTERN = re.compile(
    r"gw(?P<number>\d+)(?P<first>[-?!]):(?P<action>[^:]*):(?P<value>[^\n]*)(?:\n(?P<question>.*))?"
)
"""The custom_id of every button of ours."""

AT_ONCE, ASKS, CONFIRMS = "-?!"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed. `asks` is the question whose answer comes behind the value and a space, `confirm` one
    that wants a yes; both are empty for a button that counts at once.
    """

    action: str
    value: str
    asks: str = ""
    confirm: str = ""


def custom_id(button: Button, number: int) -> str:
    """`number` makes it unique in its message. A question that does not fit is cut short."""
    first = ASKS if button.asks else CONFIRMS if button.confirm else AT_ONCE
    carried = f"gw{number}{first}:{button.action}:{button.value}"
    question = button.asks or button.confirm
    return f"{carried}\n{short(question, MOST - len(carried) - 1)}" if question else carried


def pressed(carried: str) -> Pressed | None:
    """What a custom_id says; None for one that is none of ours."""
    match = PATTERN.fullmatch(carried)
    if match is None:
        return None
    question = match["question"] or ""
    asks, confirm = (question if match["first"] == sign else "" for sign in (ASKS, CONFIRMS))
    return Pressed(match["action"], match["value"], asks, confirm)
