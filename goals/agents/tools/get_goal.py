"""Tells the agent how its goal stands: the contract, its plan, what the last check found, what is left."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from goals.agents.tools.tool import Bench, Tool, ToolResult
from goals.domain import budget
from goals.domain.values import Check, Checked, Goal
from goals.models.prompts.words import data, indented, lines, numbered

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
    """How a goal stands, as text; `seconds` of active time are left, None without a limit.

    What people, programs and the agent said is data: escaped, between tags, as in the system prompt.
    """
    request, check = goal.request, goal.check or goal.baseline
    plan = lines(f"{item.status}: {_one(item.text)}" for item in goal.plan)
    parts = (
        f"Goal {goal.id}, revision {goal.revision}.",
        _fenced("Objective", "objective", f"    {_one(request.objective)}"),
        _fenced("Criteria", "criteria", numbered(goal.criteria)),
        _fenced("Constraints", "constraints", numbered(request.constraints)),
        _fenced("Protected files", "protected", lines(map(_one, request.protect))),
        _fenced("Verifiers", "verifiers", lines(_one(spec.how) for spec in request.verifiers)),
        _fenced("Your plan", "plan", plan),
        _fenced("The last check", "found", lines(_found(check))),
        f"Left:\n{lines(_left(goal, seconds))}",
    )
    return "\n\n".join(parts)


def _fenced(title: str, tag: str, text: str) -> str:
    return f"{title}:\n<{tag}>\n{text}\n</{tag}>"


def _one(text: str) -> str:
    """One item of a list, its further lines set in."""
    return indented(data(text))


def _found(check: Check | None) -> list[str]:
    if check is None:
        return ["Nothing was checked yet."]
    return [_result(result) for result in check.results]


def _result(result: Checked) -> str:
    verdict = result.verdict
    line = f"- {_MET[verdict.met]}: {_one(result.how)}: {_one(verdict.reason)}"
    if verdict.met is True or not verdict.evidence.strip():
        return line
    return f"{line}\n    {_one(verdict.evidence[-LONGEST_EVIDENCE:])}"


def _left(goal: Goal, seconds: float | None) -> list[str]:
    left = {
        name: value
        for name, value in asdict(budget.left(goal)).items()
        if name in _LEFT and value is not None
    }
    sums = [f"{value:,} {_LEFT[name]}" for name, value in left.items()]
    return sums if seconds is None else [*sums, f"{max(0.0, seconds):,.0f} s of active time"]
