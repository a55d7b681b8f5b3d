"""The audit says what was proven and how, what it took, and what was not verified."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.audit_card import audit_card, effort, summary_card, verdict
from adapters.chat import Card, Colour, Row, Section
from adapters.plain import plain
from goals.audit import Protected, Report, Tokens, report
from goals.domain.values import (
    ApprovalStatus,
    FileChange,
    Goal,
    PlanItem,
    PlanStatus,
    Reason,
    Spent,
    Status,
)
from goals.summary import execution_summary
from tests.given import BEN, asked, check, goal_in, later

PROVEN = goal_in(
    Status.COMPLETED,
    objective="Fix the flaky checkout tests",
    reason=Reason.PROVEN,
    explanation="Every verifier passes.",
    check=check(True),
    criteria=("green", "fast"),
    constraints=("no new dependency",),
    files=(FileChange("src/x.py", 3, 1),),
    spent=Spent(11, 41 * 60.0, 11),
    ended_at=later(hours=2, minutes=10),
)
APPROVED = replace(asked(), status=ApprovalStatus.APPROVED, by=BEN, decided_at=later())


def found(made: Goal, **more: Any) -> Report:
    return report(made, now=later(days=1), **more)


def test_a_proven_goal_shows_a_row_per_criterion_and_what_was_not_verified() -> None:
    assert audit_card(found(PROVEN, approvals=(APPROVED,))) == Card(
        title="✅ Proven · Fix the flaky checkout tests",
        badge="g7k2",
        colour=Colour.GREEN,
        lines=("Every verifier passes.", "11 turns · 41 min active of 2 h 10"),
        sections=(
            Section(
                "Criteria",
                (
                    Row("1. green", "✓", "test: pytest -q", "12 passed"),
                    Row("2. fast", "✓", "the same check as for 1"),
                ),
            ),
            Section("Constraints", (Row("1. no new dependency", "?", "not judged"),)),
            Section("Files", (Row("src/x.py", detail="+3 −1"),)),
            Section("Approvals", (Row("plan approved by @ben", "✓"),)),
            Section(
                "Not verified",
                (
                    Row("No judge is configured: only verifiers decided."),
                    Row("The verifiers ran in the workspace, not in a fresh checkout."),
                    Row("The criteria were not judged one by one: the verifiers decided for all of them."),
                    Row("The constraints were not judged."),
                ),
            ),
        ),
    )


def test_the_audit_reads_as_plain_text() -> None:
    assert plain(audit_card(found(PROVEN, approvals=(APPROVED,)))) == (
        "✅ Proven · Fix the flaky checkout tests · g7k2\n"
        "Every verifier passes.\n"
        "11 turns · 41 min active of 2 h 10\n"
        "\n"
        "Criteria:\n"
        "✓ 1. green (test: pytest -q)\n"
        "    12 passed\n"
        "✓ 2. fast (the same check as for 1)\n"
        "\n"
        "Constraints:\n"
        "? 1. no new dependency (not judged)\n"
        "\n"
        "Files:\n"
        "src/x.py (+3 −1)\n"
        "\n"
        "Approvals:\n"
        "✓ plan approved by @ben\n"
        "\n"
        "Not verified:\n"
        "No judge is configured: only verifiers decided.\n"
        "The verifiers ran in the workspace, not in a fresh checkout.\n"
        "The criteria were not judged one by one: the verifiers decided for all of them.\n"
        "The constraints were not judged."
    )


VERDICTS: dict[str, Goal] = {
    "✅ Proven": goal_in(Status.COMPLETED, reason=Reason.PROVEN),
    "🟡 Attested": goal_in(Status.COMPLETED, reason=Reason.ATTESTED),
    "👤 Completed by hand by @ben, unproven: 2 of 2": goal_in(
        Status.COMPLETED, reason=Reason.BY_HAND, criteria=("a", "b"), ended_by=BEN
    ),
    "👤 Completed by hand by @ben": goal_in(
        Status.COMPLETED, reason=Reason.BY_HAND, check=check(True), ended_by=BEN
    ),
    "⛔ Unachievable: no such API.": goal_in(
        Status.FAILED, reason=Reason.UNACHIEVABLE, explanation="no such API."
    ),
    "⌛ Expired": goal_in(Status.FAILED, reason=Reason.EXPIRED),
    "🛑 Cancelled by @ben": goal_in(Status.CANCELLED, ended_by=BEN),
    "⏸ Paused by hand": goal_in(Status.PAUSED, reason=Reason.OWNER),
    "⏸ Paused at the budget": goal_in(Status.PAUSED, reason=Reason.BUDGET),
    "⏸ Paused until somebody helps": goal_in(Status.PAUSED, reason=Reason.BLOCKED),
    "⏸ Paused for lack of progress": goal_in(Status.PAUSED, reason=Reason.STALLED),
    "⏸ Paused because a verifier is broken": goal_in(Status.PAUSED, reason=Reason.VERIFIER),
    "⏸ Paused because the judge is broken": goal_in(Status.PAUSED, reason=Reason.JUDGE),
    "⏸ Paused because the agent cannot run": goal_in(Status.PAUSED, reason=Reason.AGENT),
    "⏸ Paused at a checkpoint": goal_in(Status.PAUSED, reason=Reason.CHECKPOINT),
    "🎯 Active": goal_in(Status.ACTIVE),
    "🎯 Pending approval": goal_in(Status.PENDING_APPROVAL),
    "🎯 Waiting": goal_in(Status.WAITING),
    "🎯 Queued": goal_in(Status.QUEUED),
}  # fmt: skip


@pytest.mark.parametrize("words", VERDICTS)
def test_the_title_says_how_it_ended_or_where_it_stands(words: str) -> None:
    report_now = found(VERDICTS[words])
    assert verdict(report_now) == words
    assert audit_card(report_now).title == f"{words} · fix the flaky tests"


def test_several_verifiers_are_listed_each_with_its_finding() -> None:
    made = found(goal_in(Status.ACTIVE, check=check(True, False)))
    assert audit_card(made).sections[1] == Section(
        "Verifiers", (Row("test: pytest -q", "✓", "12 passed"), Row("test: pytest -q", "✗", "3 failed"))
    )


def test_a_paused_goal_shows_where_it_stands_and_who_can_go_on() -> None:
    paused = goal_in(
        Status.PAUSED,
        reason=Reason.STALLED,
        explanation="Nothing moves.",
        summary="3 turns, 1 file.\nPlan: 1 of 2.",
    )
    card = audit_card(found(paused))
    assert card.lines == (
        "Nothing moves.",
        "0 turns · 0 s active of 24 h",
        "@ana can resume it with the button or `/goal g7k2 resume`.",
    )
    assert Section("Where it stands", (Row("3 turns, 1 file."), Row("Plan: 1 of 2."))) in card.sections


def test_many_files_are_cut_with_their_number() -> None:
    files = tuple(FileChange(f"f{n}", 1, 0) for n in range(25))
    section = audit_card(found(replace(PROVEN, files=files))).sections[2]
    assert section.rows[-2:] == (Row("f19", detail="+1 −0"), Row("and 5 more, all in the diff"))


def test_a_proof_by_changed_tests_says_which() -> None:
    card = audit_card(replace(found(PROVEN), watched=("tests/a.py", "conftest.py", "c.py", "d.py")))
    assert card.title.startswith("✅ Proven, tests changed: tests/a.py, conftest.py, c.py and 1 more · ")
    assert (
        Section("Tests that were changed", (Row("tests/a.py"), Row("conftest.py"), Row("c.py"), Row("d.py")))
        in card.sections
    )


def test_protected_files_that_were_touched_are_named() -> None:
    globs = Protected(("tests/**",))
    untouched = audit_card(replace(found(PROVEN), protected=globs))
    touched = audit_card(replace(found(PROVEN), protected=replace(globs, touched=("tests/x.py",))))
    assert Section("Protected files", (Row("tests/**", "✓", "untouched"),)) in untouched.sections
    assert Section("Protected files", (Row("tests/x.py", "✗", "changed"),)) in touched.sections


def test_tokens_and_money_are_said_only_when_used() -> None:
    used = replace(found(PROVEN), tokens=Tokens(80_000, 31_000, 2_000), usd=3.12)
    assert effort(execution_summary(found(PROVEN))) == "11 turns · 41 min active of 2 h 10"
    assert (
        effort(execution_summary(used))
        == "11 turns · 82k tokens (31k cached) · $3.12 · 41 min active of 2 h 10"
    )


def test_the_summary_says_what_was_done_and_what_it_took() -> None:
    done = replace(PROVEN, plan=(PlanItem("look", PlanStatus.COMPLETED),))
    assert summary_card(found(done)) == Card(
        title="Summary · Fix the flaky checkout tests",
        badge="g7k2 · ✅ Proven",
        colour=Colour.GREEN,
        lines=("Every verifier passes.", "11 turns · 41 min active of 2 h 10"),
        sections=(
            Section("Plan", (Row("look", "✓"),)),
            Section("Files", (Row("src/x.py", detail="+3 −1"),)),
        ),
    )
