"""A goal that is put aside, asked, checked or wrapped up by hand goes on, or stands, as if that had not been."""

from dataclasses import replace

import pytest

from goals.domain import alarms, events, facts, lifecycle
from goals.domain.budget import Raise
from goals.domain.change import Change
from goals.domain.errors import NotNow
from goals.domain.events import Event
from goals.domain.findings import Findings, Parks, Said
from goals.domain.judging import due
from goals.domain.values import (
    Goal,
    Next,
    Question,
    Rank,
    Reason,
    Spent,
    Status,
    Streaks,
    VerifierSpec,
    Wait,
    WaitKind,
)
from goals.domain.watching import Polled
from tests.given import ANA, BEN, NOW, check, findings, goal_in, later, waits

Q, A, W, S = Status.QUEUED, Status.ACTIVE, Status.WAITING, Status.PAUSED
BEGUN = {"baseline": check(False), "plan_approved": True, "next": Next.TURN}
TIMED = Wait(WaitKind.TIME, "the build runs", NOW, until=later(minutes=5))
QUESTION = Wait(WaitKind.ANSWER, "which port?", NOW)


def after(goal: Goal, *came: facts.Fact) -> Goal:
    for fact in came:
        goal = lifecycle.apply(goal, fact).goal
    return goal


def waiting(wait: Wait, **changes: object) -> Goal:
    return goal_in(W, **{"wait": wait, "asks": (), "next": Next.TURN, **changes})


def checked(*met: bool | None, **changes: object) -> facts.Rechecked:
    return facts.Rechecked(later(minutes=1), findings(check=check(*met, **changes), report=None))


def kinds(change: Change) -> list[type[Event]]:
    return [type(event) for event in change.events]


# --- what agents wait for -----------------------------------------------------------------------------


def test_an_agent_that_waits_is_woken_by_time_for_its_next_turn() -> None:
    said = Said(parks=Parks("10 min", 600.0, "the build runs"))
    parked = after(goal_in(A, turn=2), facts.TurnEnded(NOW, findings(False, said=said)))
    assert (parked.status, parked.slot, parked.turn) == (W, 0, 3)
    assert parked.wait == Wait(WaitKind.TIME, "the build runs", NOW, until=later(minutes=10))
    woken = after(parked, facts.Woken(later(minutes=10), "its time has come"))
    assert (woken.status, woken.next, woken.turn, woken.spent.turns) == (A, Next.TURN, 3, 1)
    assert woken.brief == ("Before this turn you asked to wait for 10 min (the build runs).",)


def test_what_cannot_be_waited_for_is_said_to_the_agent_which_goes_on() -> None:
    after_it = after(goal_in(A), facts.TurnEnded(NOW, findings(False, said=Said(parks=Parks("ci")))))
    assert (after_it.status, after_it.next) == (A, Next.TURN)
    assert after_it.brief == (
        "You asked to wait for “ci”, which cannot be waited for."
        " Say a time from 1s to 7d, like 10m, or name a verifier.",
    )


CI = VerifierSpec("ci", {"branch": "main"})
HOURS = Parks("2h", 7200.0, "my change", "ci", CI)
PARKED = Wait(WaitKind.VERIFIER, "`ci: main` (my change)", NOW, until=later(hours=2), verifier=CI)


def test_a_verifier_that_is_waited_for_is_looked_at_at_once() -> None:
    change = lifecycle.apply(
        goal_in(A, turn=2), facts.TurnEnded(NOW, findings(False, said=Said(parks=HOURS)))
    )
    assert (change.goal.status, change.goal.wait, change.polled) == (W, PARKED, Polled(NOW))
    assert change.goal.brief == ("Before this turn you asked to wait for `ci: main` (my change).",)


def test_a_verifier_is_not_waited_for_for_ever() -> None:
    said = Said(parks=Parks(named="ci", verifier=CI))
    parked = after(goal_in(A), facts.TurnEnded(NOW, findings(False, said=said)))
    assert parked.wait == Wait(WaitKind.VERIFIER, "`ci: main`", NOW, until=later(days=7), verifier=CI)
    assert alarms.due(replace(parked, slot=None), later(days=7)) == facts.Woken(
        later(days=7), "the time is over, and `ci: main` is not met"
    )


def test_whatever_ends_a_wait_for_a_verifier_is_told_to_the_agent() -> None:
    woken = after(waiting(PARKED), facts.Woken(later(minutes=9), "`ci: main` is met: 5 checks passed"))
    by_hand = after(waiting(PARKED), facts.Unwaited(later(minutes=9), ANA))
    assert (woken.status, woken.next, woken.brief) == (
        A,
        Next.TURN,
        ("Your wait ended: `ci: main` is met: 5 checks passed.",),
    )
    assert by_hand.brief == ("Your wait ended: @ana woke it.",)


def test_after_a_check_by_hand_the_verifier_is_waited_for_again() -> None:
    asked = lifecycle.apply(waiting(PARKED), facts.CheckAsked(NOW, ANA)).goal
    back = lifecycle.apply(asked, checked(False))
    assert (asked.status, asked.next, asked.wait) == (A, Next.CHECK, None)
    assert (back.goal.status, back.goal.next, back.goal.wait, back.polled) == (
        W,
        Next.TURN,
        PARKED,
        Polled(later(minutes=1)),
    )


@pytest.mark.parametrize(
    "fact", [facts.Paused(NOW, ANA), facts.Cancelled(NOW, ANA), facts.PutAside(NOW, ANA, later(hours=1))]
)
def test_a_goal_that_is_stopped_waits_for_no_verifier(fact: facts.Fact) -> None:
    stopped = after(waiting(PARKED), fact)
    assert stopped.wait is None or stopped.wait.verifier is None


def test_what_may_not_be_waited_for_is_told_with_the_reason() -> None:
    said = Said(
        parks=Parks("1h", 3600.0, "it", "deploy", refused="There is no verifier “deploy” to wait for.")
    )
    after_it = after(goal_in(A), facts.TurnEnded(NOW, findings(False, said=said)))
    assert (after_it.status, after_it.brief) == (
        A,
        (
            "You asked to wait for “deploy” (it), which cannot be waited for."
            " There is no verifier “deploy” to wait for.",
        ),
    )


@pytest.mark.parametrize("said", [Said(parks=Parks("1m", 60.0)), Said(question="which port?")])
def test_a_goal_that_is_met_does_not_wait(said: Said) -> None:
    assert after(goal_in(A), facts.TurnEnded(NOW, findings(True, said=said))).status is Status.COMPLETED


@pytest.mark.parametrize("said", [Said(parks=Parks("1m", 60.0)), Said(question="which port?")])
def test_the_same_finding_while_something_is_waited_for_is_no_lack_of_progress(said: Said) -> None:
    before = goal_in(A, check=check(False), streaks=Streaks(same_finding=2))
    parked = after(before, facts.TurnEnded(NOW, findings(False, said=said)))
    assert (parked.status, parked.streaks.same_finding) == (W, 2)


def test_to_ask_in_vain_to_wait_is_no_way_around_the_lack_of_progress() -> None:
    said = Said(parks=Parks(named="deploy", refused="There is no such verifier."))
    before = goal_in(A, check=check(False), streaks=Streaks(same_finding=2))
    after_it = after(before, facts.TurnEnded(NOW, findings(False, said=said)))
    assert (after_it.status, after_it.reason) == (S, Reason.STALLED)


def test_an_agent_that_waits_in_its_last_turn_is_at_the_end_of_its_budget() -> None:
    said = Said(parks=Parks("1m", 60.0))
    after_it = after(goal_in(A, turns=1), facts.TurnEnded(NOW, findings(False, said=said)))
    assert (after_it.status, after_it.reason) == (S, Reason.BUDGET)


def test_a_warning_is_told_though_the_agent_waits() -> None:
    said = Said(parks=Parks("1m", 60.0))
    before = goal_in(A, turns=2)
    change = lifecycle.apply(before, facts.TurnEnded(NOW, findings(False, said=said)))
    assert kinds(change) == [events.TurnEnded, events.BudgetWarned, events.WaitStarted]


# --- questions ----------------------------------------------------------------------------------------


def test_a_question_is_told_and_waits_for_its_answer_without_end() -> None:
    change = lifecycle.apply(goal_in(A), facts.TurnEnded(NOW, findings(False, said=Said(question="which?"))))
    assert (change.goal.status, change.goal.wait) == (W, Wait(WaitKind.ANSWER, "which?", NOW))
    assert events.QuestionAsked("which?") in change.events


@pytest.mark.parametrize(("slot", "status"), [(0, A), (None, Q)])
def test_a_word_from_anybody_answers_it_and_the_agent_is_told(slot: int | None, status: Status) -> None:
    answered = after(waiting(QUESTION, slot=slot), facts.Steered(NOW, BEN, "5433"))
    assert (answered.status, answered.next, answered.wait) == (status, Next.TURN, None)
    assert (answered.brief, answered.front) == (("@ben says: 5433",), status is Q)


def test_a_word_to_a_goal_that_waits_for_something_else_wakes_nothing() -> None:
    steered = after(waiting(TIMED), facts.Steered(NOW, BEN, "take your time"))
    assert (steered.status, steered.wait, len(steered.brief)) == (W, TIMED, 1)


# --- put aside by hand --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [goal_in(Q, **BEGUN), goal_in(A, turn=2), waiting(TIMED), waiting(waits(WaitKind.PROVIDER))],
    ids=["queued", "active", "waits for a time", "waits for its provider"],
)
def test_a_goal_that_is_put_aside_goes_on_where_it_was_when_its_time_has_come(before: Goal) -> None:
    aside = after(before, facts.PutAside(NOW, ANA, later(minutes=30)))
    assert aside.wait is not None
    assert (aside.status, aside.wait.kind, aside.wait.until) == (W, WaitKind.TIME, later(minutes=30))
    woken = after(aside, facts.Woken(later(minutes=30), "its time has come"))
    kept = ("turn", "next", "spent", "plan", "check")
    assert [getattr(woken, name) for name in kept] == [getattr(before, name) for name in kept]
    assert woken.status is (A if before.slot is not None else Q)


def test_turns_that_people_cut_short_are_no_crashes() -> None:
    before = goal_in(A, streaks=Streaks(crashes=2, same_finding=1))
    aside = after(before, facts.PutAside(later(seconds=5), ANA, later(hours=1)))
    assert (aside.streaks, aside.queued_at) == (Streaks(same_finding=1), later(seconds=5))


@pytest.mark.parametrize("before", [waiting(QUESTION), goal_in(W)], ids=["question", "approval"])
def test_what_waits_for_a_word_is_not_put_aside(before: Goal) -> None:
    with pytest.raises(NotNow, match="waits for somebody's word already"):
        lifecycle.apply(before, facts.PutAside(NOW, ANA, later(minutes=30)))


def test_a_goal_that_is_put_aside_again_and_again_does_not_keep_its_slot() -> None:
    first = after(goal_in(A), facts.PutAside(NOW, ANA, later(minutes=30)))
    again = after(first, facts.PutAside(later(minutes=9), ANA, later(minutes=60)))
    assert again.wait is not None and again.wait.since == NOW


def test_unwait_wakes_before_the_time() -> None:
    assert after(waiting(TIMED), facts.Unwaited(NOW, ANA)).status is A


# --- checked by hand ----------------------------------------------------------------------------------

PLACES = {
    "paused by its owner": goal_in(S, explanation="@ana paused it."),
    "paused at its budget": goal_in(
        S, reason=Reason.BUDGET, winding_down="turns", turns=5, spent=Spent(turns=5)
    ),
    "paused for a check": goal_in(S, reason=Reason.VERIFIER, next=Next.CHECK),
    "queued": goal_in(Q, **BEGUN, front=False, queued_at=later(minutes=-9)),
    "queued where a person moved it": goal_in(Q, **BEGUN, moved=Rank(False, 3, 7)),
    "put aside": waiting(TIMED),
    "put aside without a slot": waiting(TIMED, slot=None),
    "asks": waiting(QUESTION),
    "waits for its provider": waiting(waits(WaitKind.PROVIDER), streaks=Streaks(busy=2)),
    "between two turns": goal_in(A, turn=2, turn_gap=600.0, due_at=later(minutes=10)),
}
CHANGES = ("check", "spent", "tree", "files", "judged_turn")


def admitted(goal: Goal) -> Goal:
    return after(goal, facts.Admitted(NOW, 0)) if goal.status is Q else goal


@pytest.mark.parametrize("before", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("met", [False, None])
def test_a_check_by_hand_comes_back_exactly_to_where_the_goal_was(before: Goal, met: bool | None) -> None:
    under_way = admitted(after(before, facts.CheckAsked(NOW, BEN)))
    assert (under_way.status, under_way.next) == (A, Next.CHECK)
    change = lifecycle.apply(under_way, checked(met))
    started = replace(before, started_at=under_way.started_at)
    found = {name: getattr(change.goal, name) for name in CHANGES}
    assert change.goal == replace(started, **found)
    assert kinds(change) == [events.CheckedByHand]


@pytest.mark.parametrize("before", PLACES.values(), ids=PLACES)
def test_a_check_by_hand_that_finds_everything_met_completes_the_goal(before: Goal) -> None:
    done = after(admitted(after(before, facts.CheckAsked(NOW, BEN))), checked(True))
    assert (done.status, done.slot, done.wait, done.back) == (Status.COMPLETED, None, None, None)


def test_nobody_is_asked_by_a_check_by_hand() -> None:
    under_way = admitted(after(PLACES["put aside"], facts.CheckAsked(NOW, BEN)))
    question = Question(1, "Does it look right?", "d2")
    back = after(under_way, checked(True, questions=(question,)))
    assert (back.status, back.wait, back.asks) == (W, TIMED, ())


def test_a_check_that_waits_to_be_repeated_is_only_woken() -> None:
    later_on = Wait(WaitKind.VERIFIER, "the site could not be asked", NOW, until=later(minutes=1))
    woken = after(waiting(later_on, next=Next.CHECK), facts.CheckAsked(NOW, BEN))
    assert (woken.status, woken.next, woken.back) == (A, Next.CHECK, None)


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (goal_in(A), "is at work; its verifiers run when the turn ends"),
        (goal_in(Q), "has not begun"),
        (goal_in(W), "waits for somebody's word already"),
        (goal_in(S, seconds=10.0, spent=Spent(seconds=11.0)), "no time left for a check: Its 10 s"),
        (after(PLACES["queued"], facts.CheckAsked(NOW, BEN)), "is being checked"),
    ],
)
def test_where_a_check_makes_no_sense_it_is_refused_with_the_reason(before: Goal, why: str) -> None:
    with pytest.raises(NotNow, match=why):
        lifecycle.apply(before, facts.CheckAsked(NOW, BEN))


@pytest.mark.parametrize("place", ["asks", "blocked"])
def test_an_answer_during_the_check_is_not_lost(place: str) -> None:
    before = {"asks": PLACES["asks"], "blocked": goal_in(S, reason=Reason.BLOCKED)}[place]
    under_way = admitted(after(before, facts.CheckAsked(NOW, BEN)))
    goes_on = after(under_way, facts.Steered(NOW, BEN, "5433"), checked(False))
    assert (goes_on.status, goes_on.next, goes_on.brief) == (A, Next.TURN, ("@ben says: 5433",))


def test_a_word_during_the_check_does_not_resume_what_is_paused() -> None:
    under_way = admitted(after(PLACES["paused by its owner"], facts.CheckAsked(NOW, BEN)))
    assert after(under_way, facts.Steered(NOW, BEN, "hm"), checked(False)).status is S


def test_a_raise_during_the_check_resumes_what_was_paused_at_its_budget() -> None:
    under_way = admitted(after(PLACES["paused at its budget"], facts.CheckAsked(NOW, BEN)))
    goes_on = after(under_way, facts.BudgetRaised(NOW, BEN, Raise("turns", 5)), checked(False))
    assert (goes_on.status, goes_on.next) == (A, Next.TURN)


@pytest.mark.parametrize("place", ["put aside", "queued", "between two turns"])
def test_a_goal_that_is_paused_during_the_check_goes_on_later_with_what_it_was_at(place: str) -> None:
    under_way = admitted(after(PLACES[place], facts.CheckAsked(NOW, BEN)))
    paused = after(under_way, facts.Paused(NOW, ANA))
    assert (paused.next, paused.back, paused.due_at) == (Next.TURN, None, None)


@pytest.mark.parametrize(
    ("spent", "winding_down", "asks"),
    [(Spent(tokens=1_000), "", False), (Spent(tokens=900), "tokens", False), (Spent(tokens=900), "", True)],
    ids=["spent", "too little left", "some left"],
)
def test_a_check_by_hand_does_not_overdraw_a_budget(spent: Spent, winding_down: str, asks: bool) -> None:
    before = goal_in(S, tokens=1_000, spent=spent, winding_down=winding_down)
    under_way = admitted(after(before, facts.CheckAsked(NOW, BEN)))
    found = Findings(NOW, check(True, unjudged=True))
    assert due(under_way, found, stops=True) is asks


# --- wrapped up ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [goal_in(A), goal_in(Q, **BEGUN), waiting(TIMED), waiting(QUESTION, slot=None), goal_in(W)],
    ids=["active", "queued", "put aside", "asks", "approval"],
)
def test_a_goal_that_is_wrapped_up_sums_up_and_pauses(before: Goal) -> None:
    last = admitted(after(before, facts.WrapUp(NOW, BEN)))
    assert (last.status, last.next, last.asks, last.wait) == (A, Next.WIND_DOWN, (), None)
    paused = after(last, facts.WoundDown(NOW, "", "Half of it is done."))
    assert (paused.reason, paused.explanation) == (Reason.OWNER, "@ben had it wrapped up.")
    assert (paused.summary, paused.next, paused.wrapped_by) == ("Half of it is done.", Next.TURN, None)


def test_a_goal_that_was_wrapped_up_before_its_plan_was_approved_is_planned_first() -> None:
    before = goal_in(A, next=Next.PLAN, plan_approved=False)
    paused = after(before, facts.WrapUp(NOW, ANA), facts.WoundDown(NOW, "", ""))
    assert paused.next is Next.PLAN


def test_a_planning_turn_that_spends_the_budget_is_followed_by_no_work_without_approval() -> None:
    before = goal_in(A, next=Next.PLAN, plan_approved=False, tokens=1_000)
    assert after(before, facts.WoundDown(NOW, "tokens", "")).next is Next.PLAN


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (goal_in(Q), "has not begun"),
        (goal_in(A, next=Next.WIND_DOWN), "is being wrapped up already"),
        (goal_in(S), "is paused and does nothing; `/goal g7k2 resume` makes it go on"),
    ],
)
def test_what_cannot_be_wrapped_up_says_why(before: Goal, why: str) -> None:
    with pytest.raises(NotNow, match=why):
        lifecycle.apply(before, facts.WrapUp(NOW, ANA))


def test_a_goal_that_is_paused_while_it_is_wrapped_up_goes_on_with_turns() -> None:
    last = after(goal_in(A), facts.WrapUp(NOW, BEN))
    paused = after(last, facts.Paused(NOW, ANA))
    assert (paused.next, paused.wrapped_by) == (Next.TURN, None)


# --- plan items, and the time between turns -----------------------------------------------------------


def test_between_two_turns_lies_the_gap_and_a_word_ends_it() -> None:
    gap = after(goal_in(A, turn_gap=600.0), facts.TurnEnded(NOW, findings(False)))
    assert (gap.status, gap.due_at) == (A, later(minutes=10))
    assert after(gap, facts.TurnDue(later(minutes=10))).due_at is None
    assert after(gap, facts.Steered(NOW, BEN, "go on")).due_at is None
    assert after(gap, facts.Paused(NOW, ANA), facts.Resumed(NOW, ANA)).due_at is None
