"""A goal as outsiders see it: what was asked, what was found for each part of it, what it took.

Its JSON is the goal object of the HTTP interface and of `goalward run --json`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from goals.domain.hooks import HookState
from goals.domain.values import FileChange, PlanItem, Status
from goals.domain.watching import Watch, Watched


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
    """Times are ISO 8601 in UTC, durations active or elapsed seconds, money usd.

    `owner`, `ended_by` and `by` are names without the @. `unverified` are sentences; `waits_for` is one, empty
    when something is due. `judged` says whether there is a judge, `commands` how far commands were kept in, in
    sentences. `said` is what people said that the agent has not been told yet; `counted` are the tokens that count
    against the budget, `short_of` the dimensions of the budget that keep it from going on.
    `watched` are the changed files that decide what the tests find.
    Of a monitor: `watch` is how it looks, `seen` what its checks have shown, `hooked` the hooks that are set, as
    `on_achieved: notify: @ana`, and `spark` its past as one line, where that was asked for.
    `hooks` are all that came due so far, oldest first; `edge` is the key of the message that is drawn, where it
    tells of an edge.
    """

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
    repo: str = ""
    passed_before: bool = False
    unverified: tuple[str, ...] = ()
    ended_by: str = ""
    summary: str = ""
    waits_for: str = ""
    place: int | None = None
    created_at: str = ""
    updated_at: str = ""
    missing: str = ""
    commands: tuple[str, ...] = ()
    muted: bool = False
    judged: bool = False
    started_at: str = ""
    ended_at: str = ""
    said: tuple[str, ...] = ()
    counted: int = 0
    short_of: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    watch: Watch | None = None
    seen: Watched = field(default_factory=Watched)
    hooked: tuple[str, ...] = ()
    deadline: str = ""
    spark: str = ""
    hooks: tuple[HookState, ...] = ()
    edge: str = ""

    @property
    def hooks_here(self) -> tuple[HookState, ...]:
        """Those of the edge that is drawn."""
        return tuple(hook for hook in self.hooks if hook.event == self.edge)

    @property
    def finished(self) -> bool:
        return Status(self.status).terminal

    @property
    def unproven(self) -> tuple[int, ...]:
        """The numbers of the criteria that nothing has proven."""
        return tuple(row.id for row in self.audit if not row.met)


GOAL_OBJECT = (
    *("id", "mode", "status", "label", "reason", "explanation", "objective", "revision", "owner", "channel"),
    *("thread", "plan", "budgets", "verifiers", "verdict", "checks", "next_at", "turns", "tokens", "usd"),
    *("active_seconds", "elapsed_seconds", "audit", "constraints", "protected", "files", "cost_by_model"),
    *("usage_by_purpose", "approvals"),
)
VERIFIER_KEYS = ("type", "met", "reason")


def to_json(report: Report) -> dict[str, Any]:
    """The goal object of the outer interfaces: its keys and no others, in plain JSON types."""
    whole = _plain(asdict(report))
    verifiers = [{key: row[key] for key in VERIFIER_KEYS} for row in whole["verifiers"]]
    return {key: whole[key] for key in GOAL_OBJECT} | {"verifiers": verifiers}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
