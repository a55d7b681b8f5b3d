"""The board says what stands where, and who is waited for first."""

from dataclasses import replace

from adapters.board_card import details_card, list_card, plan_card
from adapters.chat import Card, Colour, Row, Section
from goals.audit import Report, report
from goals.domain.values import PlanItem, PlanStatus, Reason, Spent, Status
from tests.given import NOW, check, goal_in, later


def standing(name: str, status: Status, place: int | None = None, **changes: object) -> Report:
    made = goal_in(status, objective=name, **changes)
    return replace(report(made, now=later(minutes=5), place=place), id=name[:4])


def test_the_board_shows_who_waits_first_then_work_queue_pauses_and_ends() -> None:
    reports = [
        standing("end1 it", Status.COMPLETED, reason=Reason.PROVEN),
        standing("pau1 it", Status.PAUSED, reason=Reason.STALLED, explanation="Nothing moves."),
        standing("que2 it", Status.QUEUED, place=2),
        standing("que1 it", Status.QUEUED, place=1),
        standing("act1 it", Status.ACTIVE, spent=Spent(3), check=check(False)),
        standing("pen1 it", Status.PENDING_APPROVAL),
        standing("blo1 it", Status.PAUSED, reason=Reason.BLOCKED, explanation="Which branch?"),
    ]
    assert list_card(reports) == Card(
        title="Goals",
        badge="6 unfinished goals",
        colour=Colour.AMBER,
        sections=(
            Section(
                "Waiting for somebody",
                (
                    Row(
                        "pen1 · pen1 it",
                        detail="It waits for an approver's ✅ on the plan; there is no expiry.",
                    ),
                    Row("blo1 · blo1 it", detail="paused (blocked): Which branch?"),
                ),
            ),
            Section("Active", (Row("act1 · act1 it", detail="3 turns · Verifier ✗ 3 failed (pytest -q)"),)),
            Section(
                "Queued",
                (
                    Row(
                        "que1 · que1 it",
                        detail="It waits for a free slot in this channel; it is number 1 in the queue.",
                    ),
                    Row(
                        "que2 · que2 it",
                        detail="It waits for a free slot in this channel; it is number 2 in the queue.",
                    ),
                ),
            ),
            Section("Paused", (Row("pau1 · pau1 it", detail="paused (stalled): Nothing moves."),)),
            Section("Ended", (Row("end1 · end1 it", detail="✅ Proven"),)),
        ),
    )


def test_an_empty_board_says_how_to_begin() -> None:
    assert list_card([]) == Card(
        title="Goals",
        badge="0 unfinished goals",
        colour=Colour.GREY,
        lines=("Nothing here yet. `/goal <objective>` starts a goal.",),
    )


def test_details_show_the_whole_contract_and_the_whole_plan() -> None:
    plan = tuple(PlanItem(f"step {n}") for n in range(20))
    made = goal_in(Status.ACTIVE, plan=plan, criteria=("green",), constraints=("no new dependency",))
    card = details_card(report(made, now=NOW), "/goal {}")
    assert card.sections == (
        Section("Objective", (Row("fix the flaky tests"),)),
        Section("Criteria", (Row("1. green"),)),
        Section("Constraints", (Row("1. no new dependency"),)),
        Section("Verifiers", (Row("test", code="pytest -q"),)),
        Section("Plan", tuple(Row(f"step {n}") for n in range(20))),
        Section("As a spec", (Row("", code="/goal {}"),)),
    )
    assert card.steps == ()


def test_the_plan_stands_alone_or_is_said_to_be_missing() -> None:
    planned = goal_in(Status.ACTIVE, plan=(PlanItem("look", PlanStatus.IN_PROGRESS),))
    assert plan_card(report(planned, now=NOW)).steps == (Row("look", "…"),)
    assert plan_card(report(goal_in(Status.ACTIVE), now=NOW)).lines == ("The agent has not written a plan.",)
