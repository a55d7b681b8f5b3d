"""Goals, people and findings as tests need them: made in one line, changed with keywords."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from goals.domain.findings import ActionAsk, Findings, Said, TurnReport
from goals.domain.values import (
    Approval,
    ApprovalKind,
    Budget,
    Check,
    Checked,
    Goal,
    Mode,
    Next,
    Origin,
    Person,
    Reason,
    Request,
    Status,
    Verdict,
    VerifierKind,
    VerifierSpec,
    Wait,
    WaitKind,
)
from goals.domain.watching import Reading, Watch

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANA = Person("ana", "ana")
BEN = Person("ben", "ben")
ORIGIN = Origin("local", "demo", "m1", "m1")
PYTEST = VerifierSpec("test", {"command": "pytest -q"})


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def request(**changes: Any) -> Request:
    return replace(Request("fix the flaky tests", verifiers=(PYTEST,), agent="fixer"), **changes)


def goal(**changes: Any) -> Goal:
    """A goal of Ana's; keywords of Request, Budget and Goal may be mixed. Another `id` has a thread of its own."""
    asked = {k: changes.pop(k) for k in list(changes) if k in Request.__dataclass_fields__}
    allowed = {k: changes.pop(k) for k in list(changes) if k in Budget.__dataclass_fields__}
    if allowed:
        asked["budget"] = replace(Budget(), **allowed)
    base = Goal("g7k2", request(**asked), ANA, ORIGIN, created_at=NOW, queued_at=NOW, version=3)
    if changes.get("id", base.id) != base.id:
        base = replace(base, origin=replace(ORIGIN, thread=f"m-{changes['id']}", root=f"m-{changes['id']}"))
    return replace(base, **changes)


def goal_in(status: Status, **changes: Any) -> Goal:
    """A goal as it really stands in a status."""
    ready: dict[str, Any] = {"baseline": check(False), "next": Next.TURN, "plan_approved": True}
    match status:
        case Status.QUEUED:
            state: dict[str, Any] = {}
        case Status.ACTIVE:
            state = {"slot": 0, **ready}
        case Status.PENDING_APPROVAL:
            state = {
                **ready,
                "plan_approved": False,
                "next": Next.PLAN,
                "asks": (asked(),),
                "asked": 1,
                "wait": waits(),
            }
        case Status.WAITING:
            question = asked(kind=ApprovalKind.VERIFIER)
            state = {**ready, "slot": 0, "next": Next.CHECK, "asks": (question,), "asked": 1, "wait": waits()}
        case Status.PAUSED:
            state = {**ready, "reason": Reason.OWNER}
        case _:
            state = {"ended_at": NOW, "reason": Reason.CANCELLED}
    return goal(**{"status": status, **state, **changes})


def asked(kind: ApprovalKind = ApprovalKind.PLAN, number: int = 1) -> Approval:
    return Approval(f"g7k2-{number}", "g7k2", kind, "fixer: ruff check --fix .", "d1", NOW)


def acts(line: str = "git push", **changes: Any) -> ActionAsk:
    """A tool call that waits for people."""
    return replace(
        ActionAsk(line, "/ws/g7k2", "digest", "grant", "1.1.call", "to share it", "writes"), **changes
    )


def waits(kind: WaitKind = WaitKind.APPROVAL, **changes: Any) -> Wait:
    return replace(Wait(kind, "an approver's ✅", NOW, on=("g7k2-1",)), **changes)


def check(
    *met: bool | None, reason: str = "", kind: VerifierKind = VerifierKind.WORKSPACE, **changes: Any
) -> Check:
    """A check whose verifiers found these, in this order."""
    words = {True: "12 passed", False: "3 failed", None: "it hung"}
    results = tuple(Checked("test: pytest -q", kind, Verdict(m, reason or words[m]), "test") for m in met)
    return replace(Check(NOW, "tree1", 1, results, seconds=1.0), **changes)


def findings(*met: bool | None, said: Said | None = None, **changes: Any) -> Findings:
    """What a turn of 10 seconds brought to light."""
    report = changes.pop("report", TurnReport("done something", said or Said(), seconds=10.0))
    found = changes.pop("check", None) or check(*met)
    return replace(Findings(NOW, found, report, tree="tree1"), **changes)


def monitor(**changes: Any) -> Goal:
    """A monitor of Ana's that looks every minute; keywords of Watch, Request and Goal may be mixed."""
    asked = {k: changes.pop(k) for k in list(changes) if k in Watch.__dataclass_fields__}
    how = replace(Watch(), **asked)
    state: dict[str, Any] = {"status": Status.ACTIVE, "started_at": NOW, "agent": "", "mode": Mode.MONITOR}
    return goal(**{**state, "budget": Budget(turns=None), "watch": how, **changes})


def reading(found: bool | float | None, minute: float = 0, **changes: Any) -> Reading:
    """What a check found so many minutes from NOW: met, a value (not met), or None where it broke."""
    number = not isinstance(found, bool) and found is not None
    met = False if number else found
    value = float(found) if number and found is not None else None
    words = {True: "12 passed", False: "3 failed", None: "it hung"}[met] if not number else f"it is {found:g}"
    return replace(Reading(later(minutes=minute), met, mark=words, value=value, reason=words), **changes)
