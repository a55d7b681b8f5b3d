"""A goal for which nothing is due says why."""

from datetime import timedelta

import pytest

from goals.audit import report
from goals.domain.parts import Part
from goals.domain.values import Back, Goal, Next, Reason, Spent, Status, VerifierSpec, WaitKind
from goals.due import relies_on, unattended, waits_for
from tests.given import ANA, NOW, goal_in, monitor, waits

SOON = NOW + timedelta(minutes=5)
RESUME = "@ana can resume it with the button or `/goal g7k2 resume`."

SENTENCES = {
    WaitKind.APPROVAL: "It waits for an approver's word; there is no expiry.",
    WaitKind.ANSWER: "It waits for an answer until 12:05 UTC on 21 Nov: an approver's word.",
    WaitKind.TIME: "It waits until 12:05 UTC on 21 Nov: an approver's word.",
    WaitKind.VERIFIER: "It waits until 12:05 UTC on 21 Nov: an approver's word.",
    WaitKind.PROVIDER: "It waits until 12:05 UTC on 21 Nov: an approver's word.",
}


@pytest.mark.parametrize("kind", WaitKind)
def test_a_waiting_goal_says_what_wakes_it(kind: WaitKind) -> None:
    wait = waits(kind, why="an approver's word.", until=SOON)
    assert waits_for(goal_in(Status.WAITING, wait=wait)) == SENTENCES[kind]


PAUSES = {
    Reason.OWNER: RESUME,
    Reason.STALLED: RESUME,
    Reason.CHECKPOINT: RESUME,
    Reason.BUDGET: "An approver can add budget with the button or `/goal g7k2 budget +10 turns`.",
    Reason.BLOCKED: f"Once that is settled, {RESUME}",
    Reason.VERIFIER: f"Once that is repaired, {RESUME}",
    Reason.JUDGE: f"Once that is repaired, {RESUME}",
    Reason.AGENT: f"Once that is repaired, {RESUME}",
}


@pytest.mark.parametrize("reason", PAUSES)
def test_a_paused_goal_says_who_can_make_it_go_on(reason: Reason) -> None:
    assert waits_for(goal_in(Status.PAUSED, reason=reason)) == PAUSES[reason]


def test_a_goal_that_is_paused_on_tokens_is_not_told_to_take_more_turns() -> None:
    known = {"turns": 20, "tokens": 1_000, "spent": Spent(turns=19, tokens=900), "winding_down": "tokens"}
    said = waits_for(goal_in(Status.PAUSED, reason=Reason.BUDGET, **known))
    assert said == "An approver can add budget with the button or `/goal g7k2 budget +50k`."


def test_a_queued_goal_says_its_place() -> None:
    queued = goal_in(Status.QUEUED)
    assert (
        waits_for(queued, place=3) == "It waits for a free slot in this channel; it is number 3 in the queue."
    )
    assert waits_for(queued) == "It waits for a free slot in this channel."


def test_a_plan_waits_for_an_approver() -> None:
    plan = goal_in(Status.PENDING_APPROVAL)
    assert waits_for(plan) == "It waits for an approver's ✅ on the plan; there is no expiry."


def test_an_active_goal_with_a_gap_says_when_it_goes_on() -> None:
    assert waits_for(goal_in(Status.ACTIVE), next_at=SOON) == "The next turn starts at 12:05 UTC on 21 Nov."


def test_a_goal_that_is_only_checked_says_so() -> None:
    checked = goal_in(Status.ACTIVE, back=Back(ANA, Status.PAUSED, Next.TURN, NOW))
    assert waits_for(checked) == "Its verifiers run because @ana asked for it; nothing else does."


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_goal_at_work_or_at_its_end_waits_for_nothing(status: Status) -> None:
    assert waits_for(goal_in(status)) == ""


VERIFIER = waits(WaitKind.VERIFIER, verifier=VerifierSpec("command", {"command": "make"}, "make"))


@pytest.mark.parametrize(
    ("goal", "part"),
    [
        (monitor(), Part.WATCH),
        (monitor(status=Status.PAUSED), None),
        (goal_in(Status.WAITING, wait=VERIFIER), Part.WATCH),
        (goal_in(Status.WAITING, wait=waits(WaitKind.TIME, until=SOON)), None),
        (goal_in(Status.QUEUED), Part.DRIVE),
        (goal_in(Status.ACTIVE), Part.DRIVE),
        (goal_in(Status.PENDING_APPROVAL), None),
        (goal_in(Status.COMPLETED), None),
    ],
)
def test_what_stands_still_without_a_process_is_known(goal: Goal, part: Part | None) -> None:
    assert relies_on(goal) is part


def test_a_part_that_nobody_does_is_one_sentence_and_only_while_it_is_so() -> None:
    absent = {Part.WATCH: NOW}
    assert [unattended(part, absent) for part in (Part.WATCH, Part.DRIVE, None)] == [
        "At present nobody polls monitors or what goals wait for: "
        "since 12:00 UTC on 21 Nov no process is up that does so.",
        "",
        "",
    ]


def test_a_report_says_what_it_waits_for_and_then_that_nobody_is_there() -> None:
    absent = {Part.DRIVE: NOW}
    queued = report(goal_in(Status.QUEUED), now=NOW, place=2, absent=absent).waits_for
    assert queued == (
        "It waits for a free slot in this channel; it is number 2 in the queue. "
        "At present nobody works on goals: since 12:00 UTC on 21 Nov no process is up that does so."
    )
    assert report(monitor(), now=NOW, absent=absent).waits_for == ""
