"""The audit says for every criterion what was found, by what, and what nobody has checked."""

import json
from dataclasses import replace
from typing import Any

import pytest

from goals.audit import AuditRow, ConstraintRow, Report, VerdictRow, VerifierRow, report, to_json
from goals.confining import PLAIN
from goals.domain import fresh
from goals.domain.values import (
    ApprovalStatus,
    Check,
    Checked,
    FileChange,
    Goal,
    PlanItem,
    PlanStatus,
    Question,
    Reason,
    Request,
    Spent,
    Status,
    Verdict,
    VerifierKind,
    VerifierSpec,
    Wait,
    WaitKind,
)
from tests.given import ANA, BEN, NOW, PYTEST, asked, check, goal, goal_in, later

HUMAN = VerifierSpec("human", {"prompt": "Does it look right?"})


def found(made: Goal, **more: Any) -> Report:
    return report(made, now=more.pop("now", later(minutes=5)), **more)


def test_without_criteria_the_objective_is_criterion_one() -> None:
    assert found(goal(check=check(True))).audit == (
        AuditRow(1, "fix the flaky tests", True, "test: pytest -q", None, "12 passed"),
    )


def test_every_criterion_is_met_when_every_verifier_passes() -> None:
    rows = found(goal(criteria=("fast", "green"), check=check(True, True))).audit
    assert [(row.id, row.criterion, row.met) for row in rows] == [(1, "fast", True), (2, "green", True)]


def test_the_first_failing_verifier_gives_exit_code_and_evidence() -> None:
    long = "\n".join(f"line {n}" for n in range(100))
    parts = (
        Checked("command: make", VerifierKind.WORKSPACE, Verdict(True, "ok", "fine", 0), "command"),
        Checked("test: pytest -q", VerifierKind.WORKSPACE, Verdict(False, "3 failed", long, 1), "test"),
        Checked("command: true", VerifierKind.WORKSPACE, Verdict(True, "ok", "", 0), "command"),
    )
    row = found(goal(check=replace(check(), results=parts))).audit[0]
    tail = "\n".join(f"line {n}" for n in range(88, 100))
    assert row == AuditRow(1, "fix the flaky tests", False, "test: pytest -q", 1, tail)


def test_evidence_is_bounded_at_its_end() -> None:
    parts = (Checked("test: x", VerifierKind.WORKSPACE, Verdict(False, "no", "a" * 9000 + "END", 1), "test"),)
    evidence = found(goal(check=replace(check(), results=parts))).audit[0].evidence
    assert len(evidence) == 1200 and evidence.endswith("END")


def test_before_the_first_check_there_is_no_verdict_and_nothing_is_met() -> None:
    made = found(goal(baseline=check(True)))
    assert (made.verdict, made.audit[0].met, made.audit[0].evidence) == (None, False, "not checked yet")
    assert made.passed_before


def test_a_check_of_an_older_contract_proves_nothing() -> None:
    made = found(goal(revision=2, check=check(True)))
    assert (made.audit[0].met, made.audit[0].evidence, made.verdict) == (
        False,
        "the contract changed after the last check",
        VerdictRow(1.0, False, ""),
    )


def test_the_score_is_the_share_of_verifiers_that_are_met() -> None:
    verdict = found(goal(check=check(True, False, None))).verdict
    assert verdict == VerdictRow(1 / 3, False, "test: pytest -q: 3 failed\ntest: pytest -q: it hung")


def test_a_person_who_was_asked_and_has_not_answered_is_missing() -> None:
    asking = check(True, questions=(Question(1, "Does it look right?", "d"),))
    made = found(goal(verifiers=(PYTEST, HUMAN), check=asking))
    assert made.verifiers == (
        VerifierRow("test", True, "12 passed", "test: pytest -q"),
        VerifierRow("human", None, "a person has not answered yet", "human: Does it look right?"),
    )
    missing = "human: a person has not answered yet: Does it look right?"
    assert made.verdict == VerdictRow(0.5, False, missing)


def test_constraints_are_not_judged_without_a_judge() -> None:
    made = found(goal(constraints=("no new dependency",)))
    assert made.constraints == (ConstraintRow(1, "no new dependency", None, "not judged"),)


def test_without_any_verifier_nobody_checked() -> None:
    made = found(goal(verifiers=()))
    assert (made.audit[0].met, made.audit[0].how, made.audit[0].evidence) == (
        False,
        "nobody checked this",
        "",
    )


def test_what_a_person_ended_by_hand_stays_unproven() -> None:
    ended = goal_in(Status.COMPLETED, verifiers=(), reason=Reason.BY_HAND, ended_by=BEN)
    made = found(ended)
    assert (made.label, made.audit[0].met, made.audit[0].how) == (
        "by_hand",
        False,
        "attested by hand by @ben",
    )
    assert made.unproven == (1,)


def in_both(made: Goal) -> Check:
    passed = check(True)
    return replace(
        passed, results=(*passed.results, fresh.found(made.request.verifiers[0], Verdict(True, "ok")))
    )


UNVERIFIED: dict[str, tuple[Goal, tuple[str, ...]]] = {
    "verifiers alone": (
        goal(check=check(True)),
        (
            "No judge is configured: only verifiers decided.",
            "The verifiers ran in the workspace, not in a fresh checkout.",
        ),
    ),
    "verifiers, also in a fresh checkout": (
        goal(check=in_both(goal())),
        ("No judge is configured: only verifiers decided.",),
    ),
    "no verifier": (goal(verifiers=()), ("No verifier and no judge is configured: nothing was checked.",)),
    "people alone": (
        goal(verifiers=(HUMAN,), check=check(True, kind=VerifierKind.PERSON)),
        ("No judge is configured: only people decided.",),
    ),
    "criteria and constraints": (
        goal(criteria=("a", "b"), constraints=("c",)),
        (
            "No judge is configured: only verifiers decided.",
            "The criteria were not judged one by one: the verifiers decided for all of them.",
            "The constraints were not judged.",
        ),
    ),
    "by hand": (
        goal_in(
            Status.COMPLETED, verifiers=(), criteria=("a", "b"), reason=Reason.BY_HAND, ended_by=ANA
        ),
        (
            "No verifier and no judge is configured: nothing was checked.",
            "@ana completed it by hand, unproven: 2 of 2 (criteria 1, 2).",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNVERIFIED)
def test_what_nothing_verified_is_said(case: str) -> None:
    made, sentences = UNVERIFIED[case]
    assert found(made).unverified == sentences


@pytest.mark.parametrize(
    ("before", "after", "commands"),
    [
        ("", "", ()),
        ("in a cell", "in a cell", ("in a cell",)),
        ("in a cell", PLAIN, ("in a cell", PLAIN)),
    ],
)
def test_the_audit_says_how_commands_were_run(before: str, after: str, commands: tuple[str, ...]) -> None:
    checks = [Check(NOW, "t", 1, commands=told) for told in (before, after)]
    seen = found(goal(baseline=checks[0], check=checks[1]))
    assert (seen.commands, PLAIN in seen.unverified) == (commands, PLAIN in commands)


def test_the_audit_says_that_a_fresh_checkout_was_tried_and_only_then() -> None:
    tried, not_tried = goal(check=in_both(goal())), goal(clean_check=True, check=check(False))
    assert [found(made).audit[0].how for made in (tried, not_tried)] == [
        "test: pytest -q, also in a fresh checkout",
        "test: pytest -q",
    ]


@pytest.mark.parametrize(
    ("made", "label", "reason"),
    [
        (goal_in(Status.QUEUED, reason=Reason.OWNER), "queued", ""),
        (goal_in(Status.ACTIVE), "active", ""),
        (goal_in(Status.PENDING_APPROVAL), "pending_approval", ""),
        (goal_in(Status.WAITING, wait=Wait(WaitKind.PROVIDER, "429", NOW)), "waiting", "provider"),
        (goal_in(Status.PAUSED, reason=Reason.BUDGET), "paused", "budget"),
        (goal_in(Status.COMPLETED, reason=Reason.PROVEN), "proven", "proven"),
        (goal_in(Status.COMPLETED, reason=Reason.ATTESTED), "attested", "attested"),
        (goal_in(Status.FAILED, reason=Reason.EXPIRED), "failed", "expired"),
        (goal_in(Status.CANCELLED), "cancelled", "cancelled"),
    ],
)
def test_label_and_reason_are_words_of_the_status_table(made: Goal, label: str, reason: str) -> None:
    assert (found(made).label, found(made).reason) == (label, reason)


def test_time_elapses_until_the_end_and_no_longer() -> None:
    assert found(goal(), now=later(seconds=90)).elapsed_seconds == 90
    assert (
        found(goal_in(Status.CANCELLED, ended_at=later(seconds=30)), now=later(days=2)).elapsed_seconds == 30
    )


def test_only_budgets_that_are_set_are_shown() -> None:
    assert found(goal(turns=None)).budgets == {}
    limited = goal(turns=4, seconds=60.0, tokens=1000, usd=2.0)
    assert found(limited).budgets == {"max_turns": 4, "max_time": 60.0, "max_tokens": 1000, "max_usd": 2.0}


def test_a_wait_with_an_end_says_when_something_is_next() -> None:
    parked = goal_in(Status.WAITING, wait=Wait(WaitKind.TIME, "a pause", NOW, until=later(minutes=1)))
    assert found(parked).next_at == "2026-11-21T12:01:00+00:00"


def test_the_goal_object_has_the_keys_that_others_hold_on_to() -> None:
    proven = goal_in(
        Status.COMPLETED,
        reason=Reason.PROVEN,
        explanation="Every verifier passes.",
        check=check(True),
        criteria=("green",),
        constraints=("no new dependency",),
        protect=("tests/**",),
        plan=(PlanItem("look", PlanStatus.COMPLETED),),
        files=(FileChange("src/x.py", 3, 1),),
        spent=Spent(turns=2, seconds=8.1, checks=2),
        ended_at=later(seconds=9),
    )
    approval = replace(asked(), status=ApprovalStatus.APPROVED, by=BEN, decided_at=NOW)
    made = to_json(found(proven, approvals=(approval,)))
    assert json.loads(json.dumps(made)) == {
        "id": "g7k2",
        "mode": "drive",
        "status": "completed",
        "label": "proven",
        "reason": "proven",
        "explanation": "Every verifier passes.",
        "objective": "fix the flaky tests",
        "revision": 1,
        "owner": "ana",
        "channel": "demo",
        "thread": "m1",
        "plan": [{"text": "look", "status": "completed"}],
        "budgets": {"max_turns": 20},
        "verifiers": [{"type": "test", "met": True, "reason": "12 passed"}],
        "verdict": {"score": 1.0, "complete": True, "missing": ""},
        "checks": 2,
        "next_at": None,
        "turns": 2,
        "tokens": {"fresh": 0, "cached": 0, "output": 0},
        "usd": 0.0,
        "active_seconds": 8.1,
        "elapsed_seconds": 9.0,
        "audit": [
            {
                "id": 1,
                "criterion": "green",
                "met": True,
                "how": "test: pytest -q",
                "exit_code": None,
                "evidence": "12 passed",
            }
        ],
        "constraints": [{"id": 1, "constraint": "no new dependency", "kept": None, "evidence": "not judged"}],
        "protected": {"globs": ["tests/**"], "touched": []},
        "files": [{"path": "src/x.py", "added": 3, "removed": 1}],
        "cost_by_model": {},
        "usage_by_purpose": {},
        "approvals": [
            {
                "id": "g7k2-1",
                "kind": "plan",
                "subject": "fixer: ruff check --fix .",
                "status": "approved",
                "by": "ben",
                "reason": "",
            }
        ],
    }


def test_the_goal_object_is_made_of_plain_types() -> None:
    made = to_json(found(goal(plan=(PlanItem("look"),))))
    assert type(made["plan"][0]["status"]) is str and type(made["status"]) is str


def test_a_goal_in_its_own_clone_names_its_branch() -> None:
    assert [found(goal(repo=repo)).branch for repo in ("", "examples/checkout")] == ["", "goal/g7k2"]


def test_a_report_is_made_of_any_request() -> None:
    bare = replace(goal(), request=Request("look", verifiers=(VerifierSpec("data"),)))
    assert found(bare).audit[0].how == "data"
