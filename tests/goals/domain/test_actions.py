"""Actions wait for people: one answer after the other, by as many as the channel wants, never past them."""

import pytest

from goals.domain import edits, events, facts, lifecycle
from goals.domain.budget import Raise
from goals.domain.errors import NotNow
from goals.domain.usage import Totals
from goals.domain.values import ApprovalKind, ApprovalStatus, Goal, Next, Person, Status, WaitKind
from tests.given import ANA, BEN, NOW, acts, goal_in, later, waits

CEM = Person("cem", "cem")


def parked(*asks: str, **goal: object) -> Goal:
    held = tuple(acts(line, call=line, grant=f"grant of {line}") for line in asks or ("git push",))
    return lifecycle.apply(goal_in(Status.ACTIVE, **goal), facts.ActionsAsked(NOW, held)).goal


def approved(goal: Goal, number: int = 1, by: Person = BEN, *, for_goal: bool = False) -> Goal:
    return lifecycle.apply(goal, facts.Approved(NOW, by, f"g7k2-{number}", for_goal)).goal


def denied(goal: Goal, number: int = 1, reason: str = "") -> Goal:
    return lifecycle.apply(goal, facts.Denied(NOW, BEN, f"g7k2-{number}", reason)).goal


def test_an_action_that_waits_keeps_the_slot_and_what_is_next_and_shows_what_it_is() -> None:
    change = lifecycle.apply(goal_in(Status.ACTIVE), facts.ActionsAsked(NOW, (acts(high=True),)))
    goal, (asked, started) = change.goal, change.events
    assert isinstance(asked, events.ApprovalAsked) and isinstance(started, events.WaitStarted)
    approval = asked.approval
    assert (goal.status, goal.slot, goal.next, goal.wait and goal.wait.kind) == (
        Status.WAITING, 0, Next.TURN, WaitKind.APPROVAL,
    )  # fmt: skip
    assert (approval.id, approval.kind, approval.subject, approval.cwd, approval.why, approval.risk) == (
        "g7k2-1", ApprovalKind.ACTION, "git push", "/ws/g7k2", "to share it", "writes",
    )  # fmt: skip


def test_what_the_turn_has_used_so_far_is_booked_when_it_waits() -> None:
    used = facts.ActionsAsked(NOW, (acts(),), Totals(fresh=70, output=5))
    assert lifecycle.apply(goal_in(Status.ACTIVE), used).goal.spent.tokens == 75


def test_a_goal_with_two_open_actions_waits_for_both_answers_whatever_they_are() -> None:
    one = approved(parked("git push", "npm publish"), 2)
    assert (one.status, [a.id for a in one.asks]) == (Status.WAITING, ["g7k2-1"])
    assert denied(one, 1, "not today").status is Status.ACTIVE


def test_a_denied_action_leaves_the_other_one_open() -> None:
    assert [a.id for a in denied(parked("git push", "npm publish"), 1).asks] == ["g7k2-2"]


def test_an_answered_action_of_a_goal_without_slot_puts_it_to_the_front() -> None:
    freed = lifecycle.apply(parked(), facts.SlotFreed(later(minutes=10))).goal
    awake = approved(freed)
    assert (awake.status, awake.front, awake.next) == (Status.QUEUED, True, Next.TURN)


def test_what_is_approved_for_the_goal_is_remembered_what_is_approved_once_is_not() -> None:
    assert approved(parked(), for_goal=True).allowed == ("grant of git push",)
    assert approved(parked()).allowed == ()


def test_high_risk_and_plans_are_never_approved_for_the_whole_goal() -> None:
    asked = facts.ActionsAsked(NOW, (acts(high=True),))
    high = lifecycle.apply(goal_in(Status.ACTIVE), asked).goal
    for goal in (high, goal_in(Status.PENDING_APPROVAL)):
        with pytest.raises(NotNow, match="only be approved once"):
            approved(goal, for_goal=True)


@pytest.mark.parametrize("kind", ApprovalKind, ids=str)
def test_plans_and_actions_want_as_many_people_as_the_quorum_says_and_attesting_one(
    kind: ApprovalKind,
) -> None:
    match kind:
        case ApprovalKind.ACTION:
            goal = parked(quorum=2)
        case ApprovalKind.PLAN:
            goal = lifecycle.apply(goal_in(Status.ACTIVE, quorum=2), facts.PlanProposed(NOW, "I will.")).goal
        case ApprovalKind.VERIFIER:
            goal = goal_in(Status.WAITING, quorum=2)
    first = approved(goal)
    voted = [a.votes for a in first.asks]
    assert voted == ([] if kind is ApprovalKind.VERIFIER else [(BEN,)])
    if voted:
        assert approved(first, by=CEM).asks == ()


def test_a_vote_is_told_on_the_message_and_by_whom_and_nobody_votes_twice() -> None:
    change = lifecycle.apply(parked(quorum=2), facts.Approved(NOW, BEN, "g7k2-1"))
    (voted,) = change.events
    assert isinstance(voted, events.ApprovalVoted) and change.by == BEN
    assert (voted.approval.status, voted.approval.votes) == (ApprovalStatus.OPEN, (BEN,))
    with pytest.raises(NotNow, match="2 people must, 1 of them so far"):
        approved(change.goal)


def test_one_no_decides_whatever_the_quorum() -> None:
    assert denied(approved(parked(quorum=3)), reason="no").asks == ()


def test_it_is_approved_for_the_goal_only_where_everybody_says_so() -> None:
    both = approved(approved(parked(quorum=2), for_goal=True), by=ANA, for_goal=True)
    one = approved(approved(parked(quorum=2), for_goal=True), by=ANA)
    assert (both.allowed, one.allowed) == (("grant of git push",), ())


@pytest.mark.parametrize("woken", [facts.Resumed, facts.Unwaited])
@pytest.mark.parametrize("asks", ["action", "verifier"])
def test_resume_and_unwait_never_override_people_who_were_asked(
    asks: str, woken: type[facts.Resumed | facts.Unwaited]
) -> None:
    goal = parked() if asks == "action" else goal_in(Status.WAITING)
    with pytest.raises(NotNow, match="who may approve in this channel answers"):
        lifecycle.apply(goal, woken(NOW, ANA))


def test_resume_wakes_what_waits_for_a_time() -> None:
    goal = goal_in(Status.WAITING, asks=(), wait=waits(WaitKind.TIME, until=later(hours=1), on=()))
    assert lifecycle.apply(goal, facts.Resumed(NOW, ANA)).goal.status is Status.ACTIVE


@pytest.mark.parametrize(
    "fact",
    [
        facts.Steered(NOW, BEN, "make it quick"),
        facts.ContractChanged(NOW, ANA, edits.AddSubgoal("tag the release")),
        facts.BudgetRaised(NOW, ANA, Raise("turns", 5)),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_what_people_say_and_change_meanwhile_answers_no_open_action(fact: facts.Fact) -> None:
    after = lifecycle.apply(parked(), fact).goal
    assert (after.status, [a.id for a in after.asks]) == (Status.WAITING, ["g7k2-1"])
