"""The audit and the summary as one value: what was asked, what was found for each part of it, what it took.

A Report can be made at any time; its JSON is the goal object of the HTTP interface and of `goalward run --json`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from goals.domain.values import FileChange, PlanItem


@dataclass(frozen=True, slots=True)
class AuditRow:
    id: int
    criterion: str
    met: bool
    how: str
    exit_code: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class VerifierRow:
    type: str
    met: bool | None
    reason: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class ConstraintRow:
    id: int
    constraint: str
    kept: bool | None
    evidence: str


@dataclass(frozen=True, slots=True)
class VerdictRow:
    score: float
    complete: bool
    missing: str


@dataclass(frozen=True, slots=True)
class Protected:
    globs: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    fresh: int = 0
    cached: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    id: str
    kind: str
    subject: str
    status: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A goal as outsiders see it. Times are ISO 8601 in UTC, durations seconds, money usd."""

    id: str
    mode: str
    status: str
    label: str
    reason: str
    explanation: str
    objective: str
    revision: int
    owner: str
    channel: str
    thread: str
    plan: tuple[PlanItem, ...]
    budgets: dict[str, float]
    verifiers: tuple[VerifierRow, ...]
    verdict: VerdictRow | None
    checks: int
    next_at: str | None
    turns: int
    tokens: Tokens
    usd: float
    active_seconds: float
    elapsed_seconds: float
    audit: tuple[AuditRow, ...]
    constraints: tuple[ConstraintRow, ...]
    protected: Protected
    files: tuple[FileChange, ...]
    cost_by_model: dict[str, float]
    usage_by_purpose: dict[str, Any]
    approvals: tuple[ApprovalRow, ...]
    agent: str = ""
    branch: str = ""
    passed_before: bool = False
    unverified: tuple[str, ...] = ()
    ended_by: str = ""
    summary: str = ""
    waits_for: str = ""
    place: int | None = None
    created_at: str = ""
    updated_at: str = ""
    missing: str = ""
    notes: tuple[str, ...] = field(default=())
