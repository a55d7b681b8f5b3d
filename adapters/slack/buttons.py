"""Buttons as Slack draws them, and what comes back from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.chat import Button, Style
from adapters.slack.text import short

Block = dict[str, Any]

LABEL, CONFIRM, CHOICE, BUTTONS = 75, 300, 30, 25
"""Slack's limits: characters of a label, a question before it counts and its answers; buttons of a block."""
ASK = "ask:"
"""Before the action of a button whose press asks for a text before it counts."""


def actions(buttons: Sequence[Button], numbers: Iterator[int]) -> list[Block]:
    elements = [_button(button, next(numbers)) for button in buttons]
    return [
        {"type": "actions", "elements": elements[start : start + BUTTONS]}
        for start in range(0, len(elements), BUTTONS)
    ]


def _button(button: Button, number: int) -> Block:
    """`action_id` is the button's action with a number that makes it unique in its message.

    One that asks for a text first says so, and carries the question on a second line of its value.
    """
    element: Block = {
        "type": "button",
        "text": plain_text(short(button.label, LABEL), emoji=True),
        "action_id": f"{ASK if button.asks else ''}{button.action}#{number}",
        "value": f"{button.value}\n{button.asks}" if button.asks else button.value,
    }
    if button.style is not Style.PLAIN:
        element["style"] = button.style.value
    if button.confirm:
        element["confirm"] = _confirm(button)
    return element


def _confirm(button: Button) -> Block:
    return {
        "title": plain_text("Are you sure?"),
        "text": plain_text(short(button.confirm, CONFIRM)),
        "confirm": plain_text(short(button.label, CHOICE)),
        "deny": plain_text("No"),
        **({"style": "danger"} if button.style is Style.DANGER else {}),
    }


def plain_text(text: str, *, emoji: bool = False) -> Block:
    return {"type": "plain_text", "text": text, "emoji": emoji}
