"""A contract that changes while its goal is under way: what was found, said and planned before counts no more."""

from dataclasses import replace
from typing import Any

import pytest

from goals.domain import events, facts, lifecycle
from goals.domain.edits import AddSubgoal, Edit, NewObjective
from goals.domain.findings import Said, TurnReport
from goals.domain.judgement import CriterionVerdict, Judgement
from goals.domain.values import (
    ApprovalKind,
    ApprovalStatus,
    Goal,
    Next,
    Question,
    Reason,
    Status,
    Streaks,
    VerifierKind,
    WaitKind,
)
from tests.given import ANA, BEN, NOW, asked, check, findings, goal_in, waits

Q, P, A, W, S = Status.QUEUED, Status.PENDING_APPROVAL, Status.ACTIVE, Status.WAITING, Status.PAUSED
DOCUMENT = AddSubgoal("document it")


def edited(goal: Goal, edit: Edit = DOCUMENT) -> Goal:
    return lifecycle.apply(goal, facts.ContractChanged(NOW, BEN, edit)).goal


def turn(goal: Goal, *met: bool | None, **found: Any) -> Goal:
    return lifecycle.apply(goal, facts.TurnEnded(NOW, findings(*met, **found))).goal


def test_a_change_is_a_new_revision_with_who_made_it_and_what_it_was() -> None:
    change = lifecycle.apply(goal_in(A), facts.ContractChanged(NOW, BEN, AddSubgoal("document it")))
    told = events.ContractChanged(2, "Criterion 2 was added: document it", BEN)
    assert (change.goal.revision, change.goal.criteria, change.events, change.by) == (
        2, ("fix the flaky tests", "document it"), (told,), BEN,
    )  # fmt: skip


def test_a_check_of_an_older_contract_completes_nothing() -> None:
    assert turn(edited(goal_in(A)), True).status is A
    assert turn(edited(goal_in(A)), check=check(True, revision=2)).status is Status.COMPLETED


def test_the_judges_word_on_an_older_contract_completes_nothing() -> None:
    word = Judgement((CriterionVerdict(1, met=True),), (), 1.0, True, "")
    judged = replace(check(True), judgement=word)
    assert turn(edited(goal_in(A)), check=judged).status is A
    assert turn(goal_in(A), check=judged).status is Status.COMPLETED


def test_nobody_is_asked_to_attest_an_older_contract() -> None:
    asks = check(True, questions=(Question(1, "Does it look right?", "d2"),))
    assert turn(edited(goal_in(A)), check=asks).status is A


@pytest.mark.parametrize("said", [Said(unachievable="no such file"), Said(blocked="a key")])
def test_what_an_agent_says_of_a_contract_that_has_changed_ends_nothing(said: Said) -> None:
    before = edited(goal_in(A))
    assert turn(before, False, said=said).status is A
    assert turn(before, False, said=said, told=2).status is not A


def test_the_agent_is_told_of_every_change_until_it_knows() -> None:
    twice = edited(edited(goal_in(A)), NewObjective("fix it all"))
    heard_none, heard_one, heard_all = (turn(twice, False, told=told) for told in (0, 2, 3))
    assert [len(goal.changes) for goal in (heard_none, heard_one, heard_all)] == [2, 1, 0]


def test_a_plan_that_waits_for_approval_is_made_again() -> None:
    change = lifecycle.apply(goal_in(P), facts.ContractChanged(NOW, BEN, AddSubgoal("document it")))
    after = change.goal
    withdrawn = [e.approval.status for e in change.events if isinstance(e, events.ApprovalDecided)]
    assert (after.status, after.next, after.front, after.asks, withdrawn) == (
        Q, Next.PLAN, True, (), [ApprovalStatus.WITHDRAWN],
    )  # fmt: skip


def test_a_reply_to_a_plan_changes_it() -> None:
    after = lifecycle.apply(goal_in(P), facts.Steered(NOW, BEN, "keep it small")).goal
    assert (after.status, after.next, after.front, after.brief) == (
        Q, Next.PLAN, True, ("@ben says: keep it small",),
    )  # fmt: skip


def test_a_plan_for_a_contract_that_was_changed_meanwhile_is_not_shown() -> None:
    planning = edited(goal_in(A, next=Next.PLAN, plan_approved=False))
    report = TurnReport("a plan", seconds=1.0, told=1)
    late = lifecycle.apply(planning, facts.PlanProposed(NOW, "a plan", report)).goal
    known = lifecycle.apply(planning, facts.PlanProposed(NOW, "a plan", replace(report, told=2))).goal
    assert ((late.status, late.next), known.status) == ((A, Next.PLAN), P)


def test_a_question_about_the_older_contract_is_taken_back_and_the_agent_works_on() -> None:
    after = edited(goal_in(W))
    assert (after.status, after.next, after.asks, after.wait) == (A, Next.TURN, (), None)


@pytest.mark.parametrize("kind", [WaitKind.TIME, WaitKind.PROVIDER, WaitKind.VERIFIER, WaitKind.ANSWER])
def test_a_goal_that_waits_for_something_outside_waits_on(kind: WaitKind) -> None:
    before = goal_in(W, asks=(), wait=waits(kind))
    assert (edited(before).status, edited(before).wait) == (W, before.wait)


def test_an_action_that_waits_for_approval_waits_on() -> None:
    before = goal_in(W, asks=(asked(ApprovalKind.ACTION),))
    assert (edited(before).status, edited(before).asks) == (W, before.asks)


def test_a_paused_goal_stays_paused_and_begins_with_a_turn() -> None:
    after = edited(goal_in(S, reason=Reason.VERIFIER, next=Next.CHECK))
    assert (after.status, after.reason, after.next) == (S, Reason.VERIFIER, Next.TURN)


def test_what_had_come_again_and_again_is_forgotten() -> None:
    before = goal_in(A, streaks=Streaks(2, 2, 2, 2, 1, 40, 3))
    assert edited(before).streaks == Streaks(crashes=1, busy=3)


def test_the_same_finding_about_another_contract_is_another_finding() -> None:
    before = turn(goal_in(A, no_progress_limit=1), False)
    assert turn(edited(before), check=check(False, revision=2)).status is A
    assert turn(before, False).status is S


def test_every_word_of_a_person_leaves_an_event_that_says_it() -> None:
    said = [
        event
        for status in (Q, P, A, W, S)
        for event in lifecycle.apply(goal_in(status), facts.Steered(NOW, BEN, "mind the docs")).events
        if isinstance(event, events.Steered)
    ]
    assert said == [events.Steered(BEN, "mind the docs")] * 5


def test_verifiers_of_people_are_no_exception() -> None:
    people = check(True, kind=VerifierKind.PERSON)
    assert turn(edited(goal_in(A)), check=people).status is A


def test_who_opened_a_goal_again_is_recorded() -> None:
    (opened,) = lifecycle.opened(goal_in(Q, reopens="k3m9")).events
    assert opened == events.Opened(ANA, "fix the flaky tests", "k3m9")
