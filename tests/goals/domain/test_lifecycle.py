"""The table status × fact in full, and what each move carries with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from goals.domain import events, facts, lifecycle
from goals.domain.budget import Raise
from goals.domain.edits import AddSubgoal
from goals.domain.errors import AlreadyDecided, NotNow
from goals.domain.findings import Findings, TurnReport
from goals.domain.transitions.drive import INTERRUPTED
from goals.domain.usage import Totals
from goals.domain.values import (
    ApprovalKind,
    ApprovalStatus,
    Goal,
    Next,
    Question,
    Rank,
    Reason,
    Spent,
    Status,
    Streaks,
    WaitKind,
)
from goals.domain.watching import News, Watched
from tests.given import ANA, BEN, NOW, acts, asked, check, findings, goal, goal_in, later, waits

FACTS: dict[type[facts.Fact], facts.Fact] = {
    type(fact): fact
    for fact in (
        facts.Admitted(NOW, 0),
        facts.TakenUp(NOW, "one"),
        facts.BaselineTaken(NOW, check(False), "tree0"),
        facts.PlanProposed(NOW, "fixer: ruff check --fix ."),
        facts.TurnEnded(NOW, findings(False)),
        facts.Rechecked(NOW, findings(False, report=None)),
        facts.WoundDown(NOW, "tokens", "Half of it is done."),
        facts.AgentBusy(NOW, "The provider asks to wait.", NOW),
        facts.AgentFailed(NOW, "The agent's command 'ruff' was not found."),
        facts.ActionsAsked(NOW, (acts(),)),
        facts.Restored(NOW, "The workspace was moved."),
        facts.Hindered(NOW, "The repository is gone."),
        facts.Approved(NOW, BEN, "g7k2-1"),
        facts.Denied(NOW, BEN, "g7k2-1"),
        facts.Paused(NOW, ANA),
        facts.Resumed(NOW, ANA),
        facts.CompletedByHand(NOW, ANA),
        facts.Cancelled(NOW, ANA),
        facts.BudgetRaised(NOW, ANA, Raise("turns", 10)),
        facts.Steered(NOW, BEN, "look at the parser"),
        facts.ContractChanged(NOW, BEN, AddSubgoal("document it")),
        facts.Noted(NOW, "The disk was full for a minute."),
        facts.Expired(NOW),
        facts.Woken(NOW, "its time has come"),
        facts.SlotFreed(NOW),
        facts.Reminded(NOW),
        facts.Moved(NOW, BEN, Rank(False, 0, 7), 2),
        facts.PutAside(NOW, ANA, later(minutes=30)),
        facts.Unwaited(NOW, ANA),
        facts.CheckAsked(NOW, BEN),
        facts.WrapUp(NOW, BEN),
        facts.Muted(NOW, ANA, on=True),
        facts.TurnDue(NOW),
        facts.Observed(NOW, check(True), Watched(), (News.FIRED,), later(minutes=1)),
    )
}

Q, P, A, W, S = Status.QUEUED, Status.PENDING_APPROVAL, Status.ACTIVE, Status.WAITING, Status.PAUSED
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELLED

EXPECTED: dict[type[facts.Fact], dict[Status, Status]] = {
    facts.Admitted: {Q: A},
    facts.TakenUp: {A: A},
    facts.BaselineTaken: {A: A},
    facts.PlanProposed: {A: P},
    facts.TurnEnded: {A: A},
    facts.Rechecked: {A: A},
    facts.WoundDown: {A: S},
    facts.AgentBusy: {A: W},
    facts.AgentFailed: {A: S},
    facts.ActionsAsked: {A: W},
    facts.Restored: {Q: Q, P: P, A: A, W: W, S: S},
    facts.Hindered: {Q: S, P: S, A: S, W: S},
    facts.Approved: {P: Q, W: A},
    facts.Denied: {P: S, W: A},
    facts.Paused: {Q: S, P: S, A: S, W: S},
    facts.Resumed: {S: Q},
    facts.CompletedByHand: {Q: C, P: C, A: C, W: C, S: C},
    facts.Cancelled: {Q: X, P: X, A: X, W: X, S: X},
    facts.BudgetRaised: {Q: Q, P: P, A: A, W: W, S: S},
    facts.Steered: {Q: Q, P: Q, A: A, W: W, S: S},
    facts.ContractChanged: {Q: Q, P: Q, A: A, W: A, S: S},
    facts.Noted: {Q: Q, P: P, A: A, W: W, S: S},
    facts.Expired: {Q: F, P: F, A: F, W: F, S: F},
    facts.Woken: {W: A},
    facts.SlotFreed: {W: W},
    facts.Reminded: {P: P, W: W},
    facts.Moved: {Q: Q},
    facts.PutAside: {Q: W, A: W},
    facts.Unwaited: {},
    facts.CheckAsked: {S: Q},
    facts.WrapUp: {A: A, W: A},
    facts.Muted: {Q: Q, P: P, A: A, W: W, S: S},
    facts.TurnDue: {A: A},
    facts.Observed: {},
}


def test_the_table_names_every_fact() -> None:
    assert set(EXPECTED) == set(FACTS) == set(facts.FACTS.values())


@pytest.mark.parametrize("status", Status, ids=str)
@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda f: type(f).__name__)
def test_each_fact_in_each_status_moves_the_goal_or_is_refused(status: Status, fact: facts.Fact) -> None:
    before = goal_in(status)
    expected = EXPECTED[type(fact)].get(status)
    if expected is None:
        with pytest.raises(NotNow) as refusal:
            lifecycle.apply(before, fact)
        assert str(refusal.value).endswith(".") and "g7k2" in str(refusal.value)
    else:
        assert lifecycle.apply(before, fact).goal.status is expected


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("status", (Q, P, A, W, S), ids=str)
def test_only_active_and_waiting_goals_hold_a_slot_and_only_waiting_ones_wait(
    status: Status, fact: facts.Fact
) -> None:
    if status not in EXPECTED[type(fact)]:
        return
    after = lifecycle.apply(goal_in(status), fact).goal
    assert (after.slot is not None) <= (after.status in (A, W))
    assert (after.wait is not None) == (after.status in (P, W))
    assert bool(after.asks) <= (after.status in (P, W))
    assert (after.ended_at is not None) == after.status.terminal


def test_a_finished_goal_withdraws_what_it_asked() -> None:
    change = lifecycle.apply(goal_in(P), facts.Cancelled(NOW, ANA))
    withdrawn = [e.approval.status for e in change.events if isinstance(e, events.ApprovalDecided)]
    assert withdrawn == [ApprovalStatus.WITHDRAWN]


def test_an_approved_plan_goes_to_the_front_of_the_queue() -> None:
    after = lifecycle.apply(goal_in(P), facts.Approved(NOW, BEN, "g7k2-1")).goal
    assert (after.status, after.front, after.next, after.plan_approved) == (Q, True, Next.TURN, True)


def test_the_second_of_two_decisions_is_refused() -> None:
    decided = lifecycle.apply(goal_in(W, asks=(asked(ApprovalKind.VERIFIER), asked(ApprovalKind.VERIFIER, 2))),
                              facts.Approved(NOW, BEN, "g7k2-1")).goal  # fmt: skip
    with pytest.raises(AlreadyDecided):
        lifecycle.apply(decided, facts.Denied(NOW, ANA, "g7k2-1"))


def test_a_goal_wakes_only_when_every_question_is_answered() -> None:
    two = goal_in(W, asks=(asked(ApprovalKind.VERIFIER), asked(ApprovalKind.VERIFIER, 2)))
    one = lifecycle.apply(two, facts.Approved(NOW, BEN, "g7k2-2")).goal
    assert (one.status, [a.id for a in one.asks]) == (W, ["g7k2-1"])
    assert lifecycle.apply(one, facts.Approved(NOW, BEN, "g7k2-1")).goal.status is A


def test_a_plan_keeps_what_the_agent_was_to_be_told_when_it_was_decided() -> None:
    pending = goal_in(P, brief=("@ana says: use port 5433",))
    decided = [
        lifecycle.apply(pending, fact).events[0].approval.said  # type: ignore[attr-defined]
        for fact in (facts.Approved(NOW, BEN, "g7k2-1"), facts.Denied(NOW, BEN, "g7k2-1", "too broad"))
    ]
    assert decided == [("@ana says: use port 5433",)] * 2


def test_a_plan_denied_with_a_reason_is_planned_again() -> None:
    after = lifecycle.apply(goal_in(P), facts.Denied(NOW, BEN, "g7k2-1", "too broad")).goal
    assert (after.status, after.next, after.brief) == (Q, Next.PLAN, ("@ben denied the plan: too broad",))


def test_a_plan_denied_without_a_reason_pauses_for_its_owner() -> None:
    after = lifecycle.apply(goal_in(P), facts.Denied(NOW, BEN, "g7k2-1")).goal
    assert (after.status, after.reason) == (S, Reason.OWNER)


def test_a_resumed_goal_forgets_its_streaks_and_keeps_its_sums() -> None:
    before = goal_in(S, streaks=Streaks(3, 2, 1, 2, 2, 40), spent=Spent(7, 90.0, 8))
    after = lifecycle.apply(before, facts.Resumed(NOW, ANA)).goal
    assert (after.streaks, after.spent, after.front) == (Streaks(), Spent(7, 90.0, 8), True)


def test_resuming_does_not_help_a_spent_budget() -> None:
    before = goal_in(S, reason=Reason.BUDGET, turns=5, spent=Spent(turns=5))
    with pytest.raises(NotNow, match=r"stays paused: Its 5 turns are spent\. @ana .*budget"):
        lifecycle.apply(before, facts.Resumed(NOW, ANA))


def test_raising_a_spent_budget_resumes_the_goal() -> None:
    before = goal_in(S, reason=Reason.BUDGET, turns=5, spent=Spent(turns=5))
    after = lifecycle.apply(before, facts.BudgetRaised(NOW, ANA, Raise("turns", 10))).goal
    assert (after.status, after.request.budget.turns, after.spent.turns) == (Q, 15, 5)


def test_a_budget_lowered_below_what_is_spent_pauses_at_once() -> None:
    before = goal_in(A, turns=20, spent=Spent(turns=6))
    after = lifecycle.apply(before, facts.BudgetRaised(NOW, ANA, Raise("turns", 5, "to"))).goal
    assert (after.status, after.reason, after.slot) == (S, Reason.BUDGET, None)


def test_an_answer_resumes_a_blocked_goal_and_reaches_the_agent() -> None:
    after = lifecycle.apply(goal_in(S, reason=Reason.BLOCKED), facts.Steered(NOW, BEN, "use port 5433")).goal
    assert (after.status, after.brief) == (Q, ("@ben says: use port 5433",))


def test_what_is_said_while_a_turn_runs_is_kept_for_the_next() -> None:
    before = goal_in(A, brief=("said before", "said meanwhile"))
    after = lifecycle.apply(before, facts.TurnEnded(NOW, findings(False, briefed=1))).goal
    assert after.brief == ("said meanwhile",)


def test_an_interrupted_run_is_told_to_the_agent_first() -> None:
    report = TurnReport("", interrupted=True)
    after = lifecycle.apply(
        goal_in(A, brief=("@ana says: hi",)), facts.TurnEnded(NOW, findings(False, report=report))
    ).goal
    assert after.brief == (INTERRUPTED, "@ana says: hi")


def test_a_turn_is_booked_with_the_seconds_of_agent_and_check() -> None:
    after = lifecycle.apply(goal_in(A), facts.TurnEnded(NOW, findings(False))).goal
    assert (after.turn, after.spent) == (1, Spent(turns=1, seconds=11.0, checks=1))


def test_the_baseline_is_not_counted_as_a_check() -> None:
    before = goal_in(A, next=Next.BASELINE, baseline=None, plan_approved=False)
    after = lifecycle.apply(before, facts.BaselineTaken(NOW, check(True), "tree0")).goal
    assert (after.spent.checks, after.passed_before, after.next, after.status) == (0, True, Next.PLAN, A)


def test_auto_approve_skips_the_plan() -> None:
    before = goal_in(A, next=Next.BASELINE, baseline=None, plan_approved=False, auto_approve=True)
    assert lifecycle.apply(before, facts.BaselineTaken(NOW, check(False), "tree0")).goal.next is Next.TURN


def test_people_are_asked_when_everything_else_passes() -> None:
    question = Question(1, "Does it look right?", "d2")
    found = findings(check=check(True, questions=(question,)))
    change = lifecycle.apply(goal_in(A), facts.TurnEnded(NOW, found))
    assert (change.goal.status, change.goal.next, [a.subject for a in change.goal.asks]) == (
        W, Next.CHECK, ["Does it look right?"],
    )  # fmt: skip


def test_a_goal_woken_after_its_slot_was_freed_goes_to_the_front() -> None:
    freed = lifecycle.apply(goal_in(W), facts.SlotFreed(NOW)).goal
    after = lifecycle.apply(freed, facts.Approved(NOW, BEN, "g7k2-1")).goal
    assert (freed.slot, after.status, after.front, after.next) == (None, Q, True, Next.CHECK)


def test_a_verdict_on_an_older_revision_completes_nothing() -> None:
    change = lifecycle.apply(goal_in(A, revision=2), facts.TurnEnded(NOW, findings(True)))
    assert change.goal.status is A


def test_a_goal_is_reminded_of_once() -> None:
    after = lifecycle.apply(goal_in(P), facts.Reminded(NOW)).goal
    assert after.wait == waits(reminded=True)


def test_an_agent_that_could_not_run_is_tried_anew_in_a_turn_of_its_own_number() -> None:
    after = lifecycle.apply(goal_in(A, turn=2), facts.AgentFailed(NOW, "There is no ruff.")).goal
    assert (after.turn, after.spent.turns, after.reason) == (3, 0, Reason.AGENT)


def test_planning_that_fails_uses_up_no_number_of_a_turn() -> None:
    before = goal_in(A, next=Next.PLAN, turn=0)
    assert lifecycle.apply(before, facts.AgentFailed(NOW, "There is no key.")).goal.turn == 0


USED = Totals(fresh=30, output=5, usd=0.5)


@pytest.mark.parametrize(
    "fact",
    [
        facts.AgentFailed(NOW, "There is no key.", 4.0, USED),
        facts.AgentBusy(NOW, "asked to wait", NOW, USED, 4.0),
        facts.WoundDown(NOW, "tokens", "Half of it.", USED, 4.0),
    ],
    ids=["failed", "busy", "wound down"],
)
def test_what_a_run_took_is_booked_however_it_ended(fact: facts.Fact) -> None:
    after = lifecycle.apply(goal_in(A, tokens=30, spent=Spent(turns=1, seconds=1.0)), fact).goal
    assert after.spent == Spent(turns=1, seconds=5.0, tokens=35, usd=0.5)


def test_a_change_never_alters_the_goal_it_came_from() -> None:
    before = goal_in(A)
    kept: Goal = replace(before)
    lifecycle.apply(before, facts.TurnEnded(NOW + timedelta(1), findings(True)))
    assert before == kept


def test_nothing_is_asked_about_an_empty_check() -> None:
    change = lifecycle.apply(
        goal_in(A, verifiers=()), facts.TurnEnded(NOW, Findings(NOW, check(), TurnReport("hm")))
    )
    assert change.goal.status is A


def test_a_new_goal_says_who_asked_for_what() -> None:
    assert lifecycle.opened(goal()).events == (events.Opened(ANA, "fix the flaky tests"),)


@pytest.mark.parametrize("status", [Q, P, W])
def test_a_budget_lowered_below_what_is_spent_pauses_a_goal_that_is_not_at_work_too(status: Status) -> None:
    before = goal_in(status, turns=20, spent=Spent(turns=6))
    after = lifecycle.apply(before, facts.BudgetRaised(NOW, ANA, Raise("turns", 5, "to"))).goal
    assert (after.status, after.reason, after.asks) == (S, Reason.BUDGET, ())


def test_a_goal_paused_for_another_reason_is_not_resumed_on_a_spent_budget() -> None:
    before = goal_in(S, reason=Reason.OWNER, turns=20, spent=Spent(turns=6))
    lowered = lifecycle.apply(before, facts.BudgetRaised(NOW, ANA, Raise("turns", 5, "to"))).goal
    with pytest.raises(NotNow, match=r"stays paused: Its 5 turns are spent\."):
        lifecycle.apply(lowered, facts.Resumed(NOW, ANA))


def test_a_baseline_that_takes_all_the_time_is_followed_by_no_turn() -> None:
    before = goal_in(A, next=Next.BASELINE, baseline=None, auto_approve=True, seconds=0.5)
    after = lifecycle.apply(before, facts.BaselineTaken(NOW, check(False), "tree0")).goal
    assert (after.status, after.reason, after.next, after.slot) == (S, Reason.BUDGET, Next.TURN, None)


def test_a_word_from_anybody_makes_the_turns_before_it_count_no_more_as_automatic() -> None:
    before = goal_in(A, streaks=Streaks(same_finding=2, automatic=49))
    after = lifecycle.apply(before, facts.Steered(NOW, BEN, "look here")).goal
    assert after.streaks == Streaks(same_finding=2)


def test_a_goal_that_is_only_to_be_checked_may_be_resumed_on_a_spent_budget() -> None:
    before = goal_in(S, reason=Reason.OWNER, next=Next.CHECK, turns=1, spent=Spent(turns=1))
    assert lifecycle.apply(before, facts.Resumed(NOW, ANA)).goal.status is Q


def test_a_goal_waits_for_its_provider_without_a_turn_and_goes_on_where_it_was() -> None:
    busy = facts.AgentBusy(NOW, "asked to wait", NOW + timedelta(minutes=1), Totals(fresh=9))
    waiting = lifecycle.apply(goal_in(A, turn=2), busy).goal
    assert waiting.wait is not None and waiting.wait.kind is WaitKind.PROVIDER
    assert (waiting.turn, waiting.spent, waiting.streaks) == (2, Spent(tokens=9), Streaks(busy=1))
    woken = lifecycle.apply(waiting, facts.Woken(NOW, "its time has come")).goal
    assert (woken.status, woken.next) == (A, Next.TURN)


def test_a_turn_that_ends_forgets_how_often_its_provider_was_busy() -> None:
    after = lifecycle.apply(goal_in(A, streaks=Streaks(busy=3)), facts.TurnEnded(NOW, findings(False))).goal
    assert after.streaks.busy == 0


def spent_in_tokens(**changes: object) -> Goal:
    """A goal that was wound down though some tokens are left: too few for its next call."""
    known = {"reason": Reason.BUDGET, "winding_down": "tokens", "tokens": 1_000, "spent": Spent(tokens=900)}
    return goal_in(S, **{**known, **changes})


def test_a_wind_down_is_booked_and_its_words_are_the_summary() -> None:
    before = goal_in(A, next=Next.WIND_DOWN, winding_down="tokens", tokens=1_000)
    wound = facts.WoundDown(NOW, "tokens", "Half of it is done.", Totals(fresh=1_000, output=70))
    after = lifecycle.apply(before, wound).goal
    assert (after.reason, after.summary, after.spent.tokens, after.next) == (
        Reason.BUDGET, "Half of it is done.", 1_070, Next.TURN,
    )  # fmt: skip


def test_a_wind_down_without_words_is_summed_up_from_what_is_recorded() -> None:
    before = goal_in(A, next=Next.WIND_DOWN, winding_down="tokens", tokens=1_000, check=check(False))
    after = lifecycle.apply(before, facts.WoundDown(NOW, "tokens", "")).goal
    assert "0 turns, 0 files changed." in after.summary and "3 failed" in after.summary


def test_a_goal_that_could_not_pay_its_next_call_stays_paused() -> None:
    with pytest.raises(NotNow, match="stays paused: What is left of its 1,000 tokens is too little"):
        lifecycle.apply(spent_in_tokens(), facts.Resumed(NOW, ANA))


@pytest.mark.parametrize(("change", "status"), [(Raise("tokens", 500), Q), (Raise("turns", 5), S)])
def test_only_more_of_what_it_lacks_resumes_it(change: Raise, status: Status) -> None:
    assert lifecycle.apply(spent_in_tokens(), facts.BudgetRaised(NOW, ANA, change)).goal.status is status


MORE = facts.BudgetRaised(NOW, ANA, Raise("tokens", 500))
WINDS_DOWN = {"next": Next.WIND_DOWN, "winding_down": "tokens", "tokens": 1_000, "spent": Spent(tokens=900)}


@pytest.mark.parametrize(
    "before", [goal_in(A, **WINDS_DOWN), goal_in(S, **WINDS_DOWN)], ids=["at it", "paused"]
)
def test_more_of_what_it_lacks_makes_a_goal_that_is_to_be_wound_down_go_on_with_turns(before: Goal) -> None:
    after = lifecycle.apply(before, MORE).goal
    assert (after.status, after.next, after.winding_down) == (before.status, Next.TURN, "")


def test_more_of_something_else_leaves_the_wind_down_due() -> None:
    before = goal_in(A, **{**WINDS_DOWN, "spent": Spent(tokens=1_000)})
    after = lifecycle.apply(before, facts.BudgetRaised(NOW, ANA, Raise("turns", 5))).goal
    assert (after.status, after.next, after.winding_down) == (A, Next.WIND_DOWN, "tokens")


def test_a_wind_down_that_somebody_asked_for_is_due_whatever_is_raised() -> None:
    before = lifecycle.apply(goal_in(A, tokens=1_000), facts.WrapUp(NOW, BEN)).goal
    assert lifecycle.apply(before, MORE).goal.next is Next.WIND_DOWN


def test_a_raise_during_a_check_by_hand_forgets_the_wind_down_behind_it() -> None:
    checked = lifecycle.apply(goal_in(S, check=check(False), **WINDS_DOWN), facts.CheckAsked(NOW, BEN)).goal
    raised = lifecycle.apply(checked, MORE).goal
    assert raised.back is not None and raised.back.next is Next.TURN


@pytest.mark.parametrize(
    "before", [goal_in(A, turns=1), goal_in(A, turns=1, next=Next.BASELINE, spent=Spent(turns=1))]
)
def test_a_pause_at_a_budget_keeps_which_one_it_was(before: Goal) -> None:
    fact: facts.Fact = facts.TurnEnded(NOW, findings(False))
    if before.next is Next.BASELINE:
        fact = facts.BaselineTaken(NOW, check(False), "tree0")
    assert lifecycle.apply(before, fact).goal.winding_down == "turns"


def test_what_a_planning_turn_used_counts_and_is_no_turn() -> None:
    report = TurnReport("a plan", seconds=4.0, calls=1)
    planned = facts.PlanProposed(NOW, "a plan", report, Totals(fresh=30, output=5, usd=0.5))
    after = lifecycle.apply(goal_in(A, next=Next.PLAN), planned).goal
    assert (after.turn, after.spent) == (0, Spent(seconds=4.0, tokens=35, usd=0.5))
