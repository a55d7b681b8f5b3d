"""What a model is told that is to sum up a long conversation: its rules, then what happened."""

from __future__ import annotations

from typing import Any

from goals.domain.values import Goal
from goals.models.prompts.words import data, indented, numbered, template

WORDS_PER_TOKEN = 0.6
"""Fewer than there are, so that the answer ends before it is cut off."""


def compaction_prompt(goal: Goal, before: str, happened: str, longest: int) -> tuple[dict[str, Any], ...]:
    """The messages that ask for a summary of at most so many tokens.

    `before` is the summary that there is, `happened` what came after it, a digest that is escaped already.
    """
    words = int(longest * WORDS_PER_TOKEN)
    case = template("happened.md").substitute(
        revision=goal.revision,
        objective=f"    {indented(data(goal.request.objective))}",
        criteria=numbered(goal.criteria),
        constraints=numbered(goal.request.constraints),
        before=data(before) or "(none yet)",
        happened=happened,
    )
    return (
        {"role": "system", "content": template("compaction.md").substitute(id=goal.id, words=words)},
        {"role": "user", "content": case},
    )
