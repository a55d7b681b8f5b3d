"""The board says what stands where, and who is waited for first."""

from dataclasses import replace

import pytest

from adapters.board_card import board_card, details_card, list_card, plan_card
from adapters.chat import Card, Colour, Row, Section
from goals.audit import Report, report
from goals.board import Board, board, look
from goals.domain.parts import Part
from goals.domain.values import PlanItem, PlanStatus, Reason, Spent, Status
from goals.domain.watching import Polled, Watched
from goals.ports import Standing
from tests.given import NOW, check, goal_in, later, monitor


def standing(name: str, status: Status, place: int | None = None, **changes: object) -> Report:
    made = goal_in(status, objective=name, **changes)
    return replace(report(made, now=later(minutes=5), place=place), id=name[:4])


def lines(section: Section) -> list[tuple[str, str]]:
    return [(row.text, row.detail) for row in section.rows]


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
    card = list_card(reports)
    assert (card.title, card.badge, card.colour) == ("Goals", "6 unfinished goals", Colour.AMBER)
    assert [(section.title, lines(section)) for section in card.sections] == [
        (
            "Waiting for somebody",
            [
                ("pen1 · pen1 it", "It waits for an approver's ✅ on the plan; there is no expiry."),
                ("blo1 · blo1 it", "paused (blocked): Which branch?"),
            ],
        ),
        ("Active", [("act1 · act1 it", "3 turns · Verifier ✗ 3 failed (pytest -q)")]),
        (
            "Queued",
            [
                (
                    f"que{n} · que{n} it",
                    f"It waits for a free slot in this channel; it is number {n} in the queue.",
                )
                for n in (1, 2)
            ],
        ),
        ("Paused", [("pau1 · pau1 it", "paused (stalled): Nothing moves.")]),
        ("Ended today", [("end1 · end1 it", "✅ Proven")]),
    ]


@pytest.mark.parametrize(
    ("status", "changes", "labels"),
    [
        (Status.ACTIVE, {}, ["Pause", "Stop", "Details"]),
        (Status.PAUSED, {}, ["Resume", "Stop", "Details"]),
        (Status.PENDING_APPROVAL, {}, ["Pause", "Stop", "Details"]),
        (
            Status.PAUSED,
            {"reason": Reason.BUDGET, "usd": 5.0, "spent": Spent(usd=5.0)},
            ["+50 % money", "Stop", "Details"],
        ),
        (Status.COMPLETED, {"reason": Reason.PROVEN}, ["Details"]),
    ],
)
def test_each_line_has_the_buttons_of_its_goal(
    status: Status, changes: dict[str, object], labels: list[str]
) -> None:
    (section,) = list_card([look(goal_in(status, **changes), NOW)]).sections
    assert [button.label for button in section.rows[0].buttons] == labels


def test_the_board_says_how_many_more_have_ended_today() -> None:
    ended = look(goal_in(Status.CANCELLED), NOW)
    assert board_card(Board((), (ended,), more=3)).footer == "and 3 more ended today"


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


def test_a_channels_monitors_have_a_part_of_their_own_that_is_bounded() -> None:
    seen = Watched(checks=3, checked_at=NOW, met=False, reason="it answers 503", same=1, since=NOW)
    watching = tuple(
        report(made, now=later(minutes=5), polled=Polled(later(minutes=6), seen))
        for made in (
            monitor(objective="the shop is up", status=Status.ACTIVE),
            monitor(
                objective="it is down",
                status=Status.PAUSED,
                reason=Reason.OWNER,
                explanation="@ana paused it.",
            ),
        )
    )
    card = board_card(Board((standing("act1 it", Status.ACTIVE),), watching=watching, more_watching=9_998))
    assert (card.badge, card.footer) == ("10,001 unfinished goals", "and 9,998 monitors more")
    assert [section.title for section in card.sections] == ["Active", "Monitors"]
    assert lines(card.sections[1]) == [
        ("g7k2 · the shop is up", "Verifier ✗ it answers 503 (pytest -q)"),
        ("g7k2 · it is down", "paused (owner): @ana paused it."),
    ]


def test_a_board_says_once_that_nobody_does_what_its_goals_rely_on() -> None:
    watching, queued = monitor(), goal_in(Status.QUEUED)
    absent = {Part.WATCH: NOW, Part.FIRE: NOW}
    found = [
        board_card(board(Standing((queued,), (), 0, watched, len(watched)), NOW, absent=absent)).lines
        for watched in ((watching, watching), ())
    ]
    assert found == [
        (
            "At present nobody polls monitors or what goals wait for: "
            "since 12:00 UTC on 21 Nov no process is up that does so.",
        ),
        (),
    ]
