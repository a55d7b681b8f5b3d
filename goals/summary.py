"""What was done for a goal and what it took, as one value: for the thread, at the end and over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from goals.domain.values import FileChange
from goals.report import Report, Tokens

Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class GoalExecutionSummary:
    """Durations in seconds, times in ISO 8601 (empty where it has not come to that), money in usd.

    `summary` are the agent's last words. `diff` is the address of the whole diff and `links` those of the files
    in it; empty where nobody serves them.
    """

    id: str
    objective: str
    status: str
    label: str
    reason: str
    explanation: str
    summary: str
    files: tuple[FileChange, ...]
    diff: str
    links: dict[str, str]
    turns: int
    checks: int
    tokens: Tokens
    usd: float
    cost_by_model: dict[str, float]
    usage_by_purpose: dict[str, Any]
    active_seconds: float
    elapsed_seconds: float
    started_at: str
    ended_at: str


def execution_summary(report: Report, link: Link | None = None) -> GoalExecutionSummary:
    """`link` gives the address of a file's diff, and of the whole for an empty path."""
    return GoalExecutionSummary(
        id=report.id,
        objective=report.objective,
        status=report.status,
        label=report.label,
        reason=report.reason,
        explanation=report.explanation,
        summary=report.summary,
        files=report.files,
        diff=link("") if link and report.files else "",
        links={file.path: link(file.path) for file in report.files} if link else {},
        turns=report.turns,
        checks=report.checks,
        tokens=report.tokens,
        usd=report.usd,
        cost_by_model=report.cost_by_model,
        usage_by_purpose=report.usage_by_purpose,
        active_seconds=report.active_seconds,
        elapsed_seconds=report.elapsed_seconds,
        started_at=report.started_at,
        ended_at=report.ended_at,
    )
