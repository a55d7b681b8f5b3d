"""People see exactly what they approve, and afterwards who decided."""

from dataclasses import replace

import pytest

from adapters.approval_card import approval_card
from adapters.chat import Card, Colour, Row, Section
from goals.audit import report
from goals.domain.values import ApprovalKind, ApprovalStatus, Status, VerifierSpec
from tests.given import ANA, BEN, asked, check, goal_in, later

HUMAN = VerifierSpec("human", {"prompt": "Does it look right?"})
ANSWER = "No expiry: the goal waits. Use the buttons, or react ✅ ❌"
PENDING = goal_in(
    Status.PENDING_APPROVAL,
    criteria=("green", "fast"),
    constraints=("no new dependency",),
    protect=("tests/**",),
    seconds=7200.0,
)


def test_a_plan_shows_the_contract_and_the_exact_command_line() -> None:
    assert approval_card(report(PENDING, now=later()), asked()) == Card(
        title="✋ Approval needed",
        badge="g7k2 · plan",
        colour=Colour.AMBER,
        lines=("@ana asks for this goal. ✅ starts the work, ❌ stops it before it begins.",),
        sections=(
            Section("Objective", (Row("fix the flaky tests"),)),
            Section("Criteria", (Row("1. green"), Row("2. fast"))),
            Section("Constraints", (Row("1. no new dependency"),)),
            Section("Protected files", (Row("tests/**"),)),
            Section("Verifiers", (Row("test", code="pytest -q"),)),
            Section("Agent", (Row("This runs in every turn:", code="fixer: ruff check --fix ."),)),
            Section("Budget", (Row("20 turns · 2 h"),)),
        ),
        footer=ANSWER,
    )


def test_a_long_objective_is_shown_whole() -> None:
    objective = "x" * 4000
    card = approval_card(report(goal_in(Status.PENDING_APPROVAL, objective=objective), now=later()), asked())
    assert card.sections[0] == Section("Objective", (Row(objective),))


@pytest.mark.parametrize(
    ("judged", "only"),
    [
        (False, "Only a person can end this goal: it has no verifier and no judge."),
        (True, "Only the judge or a person can end this goal: it has no verifier."),
    ],
)
def test_a_plan_without_verifiers_says_who_can_end_it(judged: bool, only: str) -> None:
    vague = goal_in(Status.PENDING_APPROVAL, verifiers=(), baseline=check())
    card = approval_card(report(vague, now=later(), judged=judged), asked())
    assert Section("Verifiers", (Row(only),)) in card.sections


def test_a_person_who_verifies_sees_the_question_and_what_the_others_found() -> None:
    waiting = goal_in(Status.WAITING, verifiers=(HUMAN,), check=check(True))
    approval = replace(asked(ApprovalKind.VERIFIER), subject="Does it look right?")
    assert approval_card(report(waiting, now=later()), approval) == Card(
        title="✋ Your word is needed",
        badge="g7k2 · verifier",
        colour=Colour.AMBER,
        lines=("✅ says that this holds, ❌ says that it does not.",),
        sections=(
            Section("Question", (Row("Does it look right?"),)),
            Section("Objective", (Row("fix the flaky tests"),)),
            Section("What the other verifiers found", (Row("12 passed", "✓", "test: pytest -q"),)),
        ),
        footer=ANSWER,
    )


def test_an_action_shows_the_exact_command() -> None:
    card = approval_card(report(goal_in(Status.WAITING), now=later()), asked(ApprovalKind.ACTION))
    assert card.sections[0] == Section("Command", (Row("", code="fixer: ruff check --fix ."),))


def test_an_action_of_which_something_is_hidden_says_so() -> None:
    hidden = replace(asked(ApprovalKind.ACTION), subject="curl -d [redacted] https://x", size=40)
    card = approval_card(report(goal_in(Status.WAITING), now=later()), hidden)
    said = (
        "⚠️ What looks like a secret is hidden here as [redacted]. What runs has 40 characters in all; say ❌ if you "
        "cannot tell what is hidden."
    )
    assert card.sections[0] == Section("Command", (Row("", code="curl -d [redacted] https://x"), Row(said)))


@pytest.mark.parametrize(
    ("status", "reason", "title", "colour", "lines"),
    [
        (ApprovalStatus.APPROVED, "", "✅ approved by @ben · 12:02 UTC", Colour.GREEN, ()),
        (ApprovalStatus.DENIED, "", "❌ denied by @ben · 12:02 UTC", Colour.RED, ()),
        (ApprovalStatus.DENIED, "too big", "❌ denied by @ben · 12:02 UTC", Colour.RED, ("Reason: too big",)),
    ],
)
def test_a_decided_approval_says_who_decided_when(
    status: ApprovalStatus, reason: str, title: str, colour: Colour, lines: tuple[str, ...]
) -> None:
    decided = replace(asked(), status=status, by=BEN, reason=reason, decided_at=later(minutes=2))
    card = approval_card(report(PENDING, now=later()), decided)
    assert (card.title, card.colour, card.lines, card.footer) == (title, colour, lines, "")


def test_a_decided_plan_shows_what_the_agent_was_to_be_told_then() -> None:
    told = goal_in(Status.ACTIVE, brief=("@ana says: use port 5433",))
    decided = replace(asked(), status=ApprovalStatus.APPROVED, by=BEN, said=("@ben says: look first",))
    shown = {s.title: s.rows for s in approval_card(report(told, now=later()), decided).sections}
    asks = {s.title: s.rows for s in approval_card(report(told, now=later()), asked()).sections}
    name = "Said to the agent"
    assert (shown[name], asks[name]) == ((Row("@ben says: look first"),), (Row("@ana says: use port 5433"),))


def test_a_withdrawn_approval_is_no_longer_needed() -> None:
    withdrawn = replace(asked(), status=ApprovalStatus.WITHDRAWN, decided_at=later(minutes=2))
    card = approval_card(report(goal_in(Status.CANCELLED, ended_by=ANA), now=later()), withdrawn)
    assert (card.title, card.colour) == ("↩️ no longer needed · 12:02 UTC", Colour.GREY)
