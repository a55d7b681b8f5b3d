"""The forms that people fill in, whatever draws them: a text behind a button, and what makes a goal of a message.

Pure: what is asked goes out as data, what was filled in comes back as the goal language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.buttons import Act
from adapters.figures import cut
from adapters.spelling import spelled
from goals.domain import amounts
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest

MAKE_GOAL = "goal_from_message"
"""The name of the form that makes a goal of a message."""
TITLE = "Make this a goal"
DRAFT_FIRST = "Have a draft written first, to look at before it starts"
CUT_SHORT = "The message is longer than a form takes: this is its beginning."


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for behind a button, under a title."""

    title: str
    asks: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """A text that is asked for; `lines` takes several."""

    name: str
    asks: str
    optional: bool = True
    lines: bool = True


QUESTIONS = {
    Act.DENY.value: Question("Deny", "Why not? The agent is told.", optional=True),
    Act.BUDGET.value: Question("Add budget", "How much more?"),
    Act.EDIT.value: Question("Edit the goal", "What is to be reached instead?"),
}
"""What is asked for behind buttons, where they do not say it themselves."""

GOAL = (
    Input("objective", "What is to be reached?", optional=False),
    Input("criteria", "It is done when … (one criterion a line)"),
    Input("verify", "Checked by … (one command, preset or JSON a line)"),
    Input("constraints", "Never … (one constraint a line)"),
    Input("budget", "At most …, like $5, 20 turns, 2h", lines=False),
)
"""The parts of a goal, its objective first."""


def question(action: str) -> Question:
    return QUESTIONS.get(action, Question("Goalward", "What do you want to say?"))


def problems(said: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the parts of a goal as they were filled in, a sentence per input."""
    wrong = [part for part in _parts(said.get("budget", "")) if amounts.amount(f"={part}") is None]
    if wrong:
        return {"budget": f"“{cut(wrong[0], 60)}” is no limit: write $5, 20 turns, 2h or 50k tokens."}
    try:
        _asked(said)
    except BadRequest as refusal:
        return {"objective": str(refusal)}
    return {}


def goal_text(said: Mapping[str, str]) -> str:
    """What stands behind `/goal` for a form that has no `problems`. Raises BadRequest for what no goal may be."""
    return spelled(_asked(said)).removeprefix("/goal ")


def draft_text(said: Mapping[str, str]) -> str:
    """What stands behind `/goal` where a draft is written first."""
    return f"draft {said.get('objective', '').strip()}"


def _asked(said: Mapping[str, str]) -> Asked:
    limits = [amount for part in _parts(said.get("budget", "")) if (amount := amounts.amount(f"={part}"))]
    budget: dict[str, Any] = {f"max_{limit.dimension}": limit.value for limit in limits}
    return Asked(
        objective=said.get("objective", "").strip(),
        criteria=_lines(said.get("criteria", "")),
        constraints=_lines(said.get("constraints", "")),
        verify=_lines(said.get("verify", "")),
        **budget,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip().removeprefix("- ") for line in text.splitlines() if line.strip())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
