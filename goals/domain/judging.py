"""When the judge is asked: never while a verifier fails, and at the moments when its word can end something."""

from __future__ import annotations

from goals.domain import budget, protected
from goals.domain.findings import Findings
from goals.domain.values import Goal

EVERY = 3
"""Turns without its answer after which the judge is asked all the same."""


def due(goal: Goal, findings: Findings, *, stops: bool) -> bool:
    """Whether the judge is to be asked about a check that it has not judged yet.

    `goal` stands as before the turn; `stops` says that the goal would end or pause here without its word. A
    check that somebody asks for does not overdraw a budget; while protected files differ nothing can complete.
    """
    check, report = findings.check, findings.report
    if not check.unjudged or any(r.verdict.met is not True for r in check.results):
        return False
    if protected.among(goal.request.protect, findings.files):
        return False
    if goal.back is not None and set(budget.short(goal)) & set(budget.COUNTED):
        return False
    if report is None or stops:
        return True
    first_pass = goal.check is None or not _passed(goal)
    return (
        report.said.complete
        or not report.calls
        or (first_pass and bool(check.results))
        or goal.turn + 1 - goal.judged_turn >= EVERY
    )


def _passed(goal: Goal) -> bool:
    """Whether every machine's verifier passed at the last check."""
    assert goal.check is not None
    return all(r.verdict.met is True for r in goal.check.machines)
