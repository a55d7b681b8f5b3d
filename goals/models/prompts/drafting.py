"""What the writer of contracts is told: its rules, which are the same for every wish, then the wish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.values import VerifierSpec
from goals.models.prompts.words import data, indented, lines, numbered, template


def draft_prompt(draft: Draft, presets: Mapping[str, VerifierSpec]) -> tuple[dict[str, Any], ...]:
    """The messages of one question."""
    return (
        {"role": "system", "content": template("draft.md").substitute()},
        {"role": "user", "content": _wish(draft, presets)},
    )


def _wish(draft: Draft, presets: Mapping[str, VerifierSpec]) -> str:
    given = draft.given
    return template("wish.md").substitute(
        wish=f"    {indented(data(given.objective))}",
        criteria=numbered(given.criteria),
        constraints=numbered(given.constraints),
        verifiers=numbered(_verifier(one) for one in given.verify),
        presets=lines(f"- {data(name)} ({data(spec.how)})" for name, spec in presets.items()),
        proposal=_proposal(draft.asked),
        replies=numbered(draft.said),
    )


def _proposal(asked: Asked | None) -> str:
    if asked is None:
        return "(none)"
    verifiers = [_verifier(one) for one in asked.verify]
    said = {
        "objective": asked.objective,
        "criteria": asked.criteria,
        "constraints": asked.constraints,
        "verifiers": verifiers,
    }
    return data(json.dumps(said, ensure_ascii=False))


def _verifier(one: str | dict[str, Any]) -> str:
    return one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
