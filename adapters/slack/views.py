"""The forms as Slack shows them: a text behind a button, and a message that is to become a goal; and what was filled
in.

Pure: views go out as data, submissions come back as data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters import folding, forms
from adapters.chat import Press
from adapters.slack.text import short, size
from goals.domain.values import Origin

MAKE_GOAL = forms.MAKE_GOAL
"""The callback of the message shortcut, and of its form."""
ASK = "goalward_ask"
"""The callback of the form behind a button that asks for a text."""
WORDS = ("",)
"""Actions whose text is the goal language."""

LONGEST = 3_000
"""Characters that Slack takes in one input."""
TITLE = 24
DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Submission:
    """What was filled in, and where: for a button its `action` and `value`, for a goal neither of them.

    The text of a goal is what stands behind `/goal`.
    """

    channel: str
    thread: str
    message: str
    action: str
    value: str
    text: str


def ask_modal(press: Press) -> dict[str, Any]:
    """The form that asks for what a button wants to know; its question stands behind the button's value."""
    value, _, question = press.value.partition("\n")
    asked = forms.question(press.action)
    at = Submission(press.at.channel, press.at.thread, press.message, press.action, value, "")
    text = _input(forms.Input("text", question or asked.asks, asked.optional))
    return _modal(ASK, asked.title, "Send", at, [text])


def goal_modal(text: str, at: Origin, message: str) -> dict[str, Any]:
    """The form that makes a goal of a message: its words as the objective, and what else a contract has."""
    there = Submission(at.channel, at.thread, message, "", "", "")
    whole = folding.unescaped(text)
    said = whole if size(whole) <= LONGEST else whole[: LONGEST // 2]
    hint = "" if said == whole else forms.CUT_SHORT
    objective, *parts = forms.GOAL
    blocks = [_input(objective, initial=said, hint=hint), *map(_input, parts), _draft_first()]
    return _modal(MAKE_GOAL, forms.TITLE, "Start", there, blocks)


def read_submission(view: Mapping[str, Any]) -> Submission | None:
    """What was filled in; None for a form that is none of ours, or that `problems` finds something wrong with."""
    if view.get("callback_id") not in (ASK, MAKE_GOAL) or problems(view):
        return None
    there = Submission(**json.loads(view["private_metadata"]))
    said = _said(view)
    if view["callback_id"] == ASK:
        return replace(there, text=said.get("text", ""))
    return replace(there, text=forms.draft_text(said) if _drafted(view) else forms.goal_text(said))


def problems(view: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with what was filled in, a sentence per input, which the form shows beside it."""
    if view.get("callback_id") != MAKE_GOAL or _drafted(view):
        return {}
    return forms.problems(_said(view))


def _said(view: Mapping[str, Any]) -> dict[str, str]:
    values = (view.get("state") or {}).get("values") or {}
    return {name: str(block.get(name, {}).get("value") or "").strip() for name, block in values.items()}


def _drafted(view: Mapping[str, Any]) -> bool:
    values = (view.get("state") or {}).get("values") or {}
    return bool((values.get(DRAFT) or {}).get(DRAFT, {}).get("selected_options"))


def _modal(
    callback: str, title: str, submit: str, at: Submission, blocks: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": {"type": "plain_text", "text": short(title, TITLE)},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": json.dumps(asdict(at)),
        "blocks": blocks,
    }


def _input(asked: forms.Input, *, initial: str = "", hint: str = "") -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": asked.name,
        "multiline": asked.lines,
    }
    if initial.strip():
        element["initial_value"] = initial
    return {
        "type": "input",
        "block_id": asked.name,
        "optional": asked.optional,
        "label": {"type": "plain_text", "text": short(asked.asks, 2_000)},
        "element": element,
        **({"hint": {"type": "plain_text", "text": hint}} if hint else {}),
    }


def _draft_first() -> dict[str, Any]:
    offer = {"text": {"type": "plain_text", "text": forms.DRAFT_FIRST}, "value": DRAFT}
    return {
        "type": "input",
        "block_id": DRAFT,
        "optional": True,
        "label": {"type": "plain_text", "text": "Not sure yet?"},
        "element": {"type": "checkboxes", "action_id": DRAFT, "options": [offer]},
    }
