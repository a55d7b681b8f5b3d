"""What the judge is told: its rules, which are the same for every goal, then the case, in a bounded number of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from goals.domain.excerpts import brief, tokens
from goals.domain.values import Check, Checked, Goal
from goals.evidence import Evidence
from goals.models.prompts.words import data, indented, lines, numbered, template

LONGEST_INPUT = 8_000
"""Tokens, by our estimate."""

LEAST_EVIDENCE = 2_000
"""Tokens; a contract is never cut, so that only a very long one makes the input longer than LONGEST_INPUT."""

ENVELOPE = 20
"""Tokens that two messages cost beside their texts."""

MOST_WATCHED = 20

_MET = {True: "met", False: "NOT MET", None: "BROKEN, the check itself failed"}


def judge_prompt(
    goal: Goal, check: Check | None, evidence: Evidence, watched: Sequence[str] = ()
) -> tuple[dict[str, Any], ...]:
    """The messages of one question. `watched` are changed files that decide about proof, such as tests."""
    return (
        {"role": "system", "content": _rules()},
        {"role": "user", "content": _case(goal, check, evidence, watched)},
    )


def room(
    goal: Goal, check: Check | None, watched: Sequence[str] = (), *, longest: int = LONGEST_INPUT
) -> int:
    """How many tokens of evidence fit beside everything else that the judge is told."""
    told = _rules_size() + tokens(_case(goal, check, Evidence(), watched))
    return max(LEAST_EVIDENCE, longest - told - ENVELOPE)


@cache
def _rules() -> str:
    return template("judge.md").substitute()


@cache
def _rules_size() -> int:
    """Tokens."""
    return tokens(_rules())


def _case(goal: Goal, check: Check | None, evidence: Evidence, watched: Sequence[str]) -> str:
    request = goal.request
    return template("case.md").substitute(
        revision=goal.revision,
        objective=f"    {indented(data(request.objective))}",
        criteria=numbered((request.criteria or ("The objective above is reached.",)) + request.subgoals),
        constraints=numbered(request.constraints),
        found=_found(check),
        watched=_watched(watched),
        outputs=evidence.outputs or "(nothing)",
        acts=evidence.acts or "(no calls are known)",
        diff=evidence.diff or "(nothing)",
        claim=evidence.claim or "(nothing)",
        asked=_asked(len(goal.criteria), len(request.constraints)),
    )


def _found(check: Check | None) -> str:
    results = check.results if check else ()
    longest = 6_000 // max(12, len(results))
    return lines(_line(result, longest) for result in results)


def _line(result: Checked, longest: int) -> str:
    verdict = result.verdict
    code = "" if verdict.exit_code is None else f" (exit code {verdict.exit_code})"
    how, reason = brief(result.how, longest // 2), brief(verdict.reason, longest // 2)
    return f"- {_MET[verdict.met]}: {how}: {reason}{code}"


def _watched(paths: Sequence[str]) -> str:
    if not paths:
        return ""
    more = len(paths) - MOST_WATCHED
    named: Iterable[str] = (f"- {brief(path, 200)}" for path in paths[:MOST_WATCHED])
    rest = f"\n- and {more} more" if more > 0 else ""
    return (
        "\n# Checks that were changed\nThese files decide what the verifiers find, and they are not what they were "
        f"when the goal began:\n<changed>\n{lines(named)}{rest}\n</changed>\n"
    )


def _asked(criteria: int, constraints: int) -> str:
    asked = "criterion 1" if criteria == 1 else f"criteria 1 to {criteria}"
    if not constraints:
        return asked
    return f"{asked} and " + ("constraint 1" if constraints == 1 else f"constraints 1 to {constraints}")
