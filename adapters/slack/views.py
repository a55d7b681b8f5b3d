"""The forms that Slack shows: a text behind a button, and a message that is to become a goal; and what was filled in.

Pure: views go out as data, submissions come back as data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters import folding
from adapters.buttons import Act
from adapters.chat import Press
from adapters.slack.text import short, size
from adapters.spelling import spelled
from goals.domain import amounts
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest
from goals.domain.values import Origin

MAKE_GOAL = "goal_from_message"
"""The callback of the message shortcut, and of its form."""
ASK = "goalward_ask"
"""The callback of the form behind a button that asks for a text."""
WORDS = ("",)
"""Actions whose text is the goal language."""

LONGEST = 3_000
"""Characters that Slack takes in one input."""
TITLE = 24
QUESTIONS = {
    Act.DENY.value: ("Deny", "Why not? The agent is told."),
    Act.BUDGET.value: ("Add budget", "How much more?"),
    Act.EDIT.value: ("Edit the goal", "What is to be reached instead?"),
}
"""Titles of forms, and what they ask where their button does not say it."""
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
    title, usual = QUESTIONS.get(press.action, ("Goalward", "What do you want to say?"))
    at = Submission(press.at.channel, press.at.thread, press.message, press.action, value, "")
    text = _input("text", question or usual, optional=press.action == Act.DENY)
    return _modal(ASK, title, "Send", at, [text])


def goal_modal(text: str, at: Origin, message: str) -> dict[str, Any]:
    """The form that makes a goal of a message: its words as the objective, and what else a contract has."""
    there = Submission(at.channel, at.thread, message, "", "", "")
    whole = folding.unescaped(text)
    said = whole if size(whole) <= LONGEST else whole[: LONGEST // 2]
    hint = "" if said == whole else "The message is longer than a form takes: this is its beginning."
    first = {
        "text": {"type": "plain_text", "text": "Have a draft written first, to look at before it starts"}
    }
    blocks = [
        _input("objective", "What is to be reached?", initial=said, hint=hint),
        _input("criteria", "It is done when … (one criterion a line)", optional=True),
        _input("verify", "Checked by … (one command, preset or JSON a line)", optional=True),
        _input("constraints", "Never … (one constraint a line)", optional=True),
        _input("budget", "At most …, like $5, 20 turns, 2h", optional=True, lines=False),
        {
            "type": "input",
            "block_id": DRAFT,
            "optional": True,
            "label": {"type": "plain_text", "text": "Not sure yet?"},
            "element": {
                "type": "checkboxes",
                "action_id": DRAFT,
                "options": [first | {"value": DRAFT}],
            },
        },
    ]
    return _modal(MAKE_GOAL, "Make this a goal", "Start", there, blocks)


def read_submission(view: Mapping[str, Any]) -> Submission | None:
    """What was filled in; None for a form that is none of ours, or that `problems` finds something wrong with."""
    if view.get("callback_id") not in (ASK, MAKE_GOAL) or problems(view):
        return None
    there = Submission(**json.loads(view["private_metadata"]))
    said = _said(view)
    if view["callback_id"] == ASK:
        return replace(there, text=said("text"))
    objective = said("objective")
    if _drafted(view):
        return replace(there, text=f"draft {objective}")
    return replace(there, text=spelled(_asked(view)).removeprefix("/goal "))


def problems(view: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with what was filled in, a sentence per input, which the form shows beside it."""
    if view.get("callback_id") != MAKE_GOAL or _drafted(view):
        return {}
    said = _said(view)
    wrong = [part for part in _parts(said("budget")) if amounts.amount(f"={part}") is None]
    if wrong:
        return {"budget": f"“{short(wrong[0], 60)}” is no limit: write $5, 20 turns, 2h or 50k tokens."}
    try:
        _asked(view)
    except BadRequest as refusal:
        return {"objective": str(refusal)}
    return {}


def _asked(view: Mapping[str, Any]) -> Asked:
    """Raises BadRequest for what no goal may be."""
    said = _said(view)
    limits = [amount for part in _parts(said("budget")) if (amount := amounts.amount(f"={part}"))]
    budget: dict[str, Any] = {f"max_{limit.dimension}": limit.value for limit in limits}
    return Asked(
        objective=said("objective"),
        criteria=_lines(said("criteria")),
        constraints=_lines(said("constraints")),
        verify=_lines(said("verify")),
        **budget,
    )


def _said(view: Mapping[str, Any]) -> Any:
    values = (view.get("state") or {}).get("values") or {}

    def said(block: str) -> str:
        return str((values.get(block) or {}).get(block, {}).get("value") or "").strip()

    return said


def _drafted(view: Mapping[str, Any]) -> bool:
    values = (view.get("state") or {}).get("values") or {}
    return bool((values.get(DRAFT) or {}).get(DRAFT, {}).get("selected_options"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip().removeprefix("- ") for line in text.splitlines() if line.strip())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


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


def _input(
    name: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False, lines: bool = True
) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": name, "multiline": lines}
    if initial.strip():
        element["initial_value"] = initial
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": {"type": "plain_text", "text": short(label, 2_000)},
        "element": element,
        **({"hint": {"type": "plain_text", "text": hint}} if hint else {}),
    }
