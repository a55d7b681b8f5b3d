"""Tells the agent how its goal stands: the contract, its plan, what the last check found, what is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import ClassVar

from goals.agents.tools.tool import Bench, Tool, ToolResult
from goals.domain import budget
from goals.domain.values import Check, Checked, Goal

LONGEST_EVIDENCE = 2_000

_MET = {True: "met", False: "not met", None: "the check itself broke"}
_LEFT = {"turns": "turns, this one included", "tokens": "tokens", "usd": "usd"}


class GetGoal(Tool):
    """See how your goal stands: objective, criteria, constraints, your plan, what the last check found, and what is left of the budgets."""

    name: ClassVar[str] = "get_goal"
    for_planning: ClassVar[bool] = True

    async def run(self, bench: Bench) -> ToolResult:
        return ToolResult(standing(bench.goal, bench.time_left()))


def standing(goal: Goal, seconds: float | None) -> str:
    """How a goal stands, as text; `seconds` of active time are left, None without a limit."""
    request, check = goal.request, goal.check or goal.baseline
    parts = {
        f"Goal {goal.id}, revision {goal.revision}. Objective": [request.objective],
        "Criteria": _numbered(goal.criteria),
        "Constraints": _numbered(request.constraints),
        "Protected files": request.protect,
        "Verifiers": [spec.how for spec in request.verifiers],
        "Your plan": [f"{item.status}: {item.text}" for item in goal.plan],
        "The last check": _found(check),
        "Left": _left(goal, seconds),
    }
    return "\n\n".join(f"{title}:\n{_lines(lines)}" for title, lines in parts.items())


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or "(none)"


def _numbered(texts: Iterable[str]) -> list[str]:
    return [f"{number}. {text}" for number, text in enumerate(texts, 1)]


def _found(check: Check | None) -> list[str]:
    if check is None:
        return ["Nothing was checked yet."]
    return [_result(result) for result in check.results]


def _result(result: Checked) -> str:
    verdict = result.verdict
    line = f"- {_MET[verdict.met]}: {result.how}: {verdict.reason}"
    if verdict.met is True or not verdict.evidence.strip():
        return line
    return f"{line}\n{verdict.evidence[-LONGEST_EVIDENCE:].strip()}"


def _left(goal: Goal, seconds: float | None) -> list[str]:
    left = {
        name: value
        for name, value in asdict(budget.left(goal)).items()
        if name in _LEFT and value is not None
    }
    lines = [f"{value:,} {_LEFT[name]}" for name, value in left.items()]
    return lines if seconds is None else [*lines, f"{max(0.0, seconds):,.0f} s of active time"]
