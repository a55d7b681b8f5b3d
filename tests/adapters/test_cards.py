"""The card says in a few lines where a goal stands, in every status."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.buttons import Act
from adapters.cards import card_buttons, goal_card, verifier_line
from adapters.chat import Bar, Button, Card, Colour, Row, Style
from adapters.plain import plain
from goals.audit import Report, Tokens, VerifierRow, report
from goals.domain.values import Goal, PlanItem, PlanStatus, Reason, Spent, Status, Wait, WaitKind
from tests.given import NOW, check, goal, goal_in, later, waits

MAKES_SENSE = [
    (Status.QUEUED, None),
    (Status.PENDING_APPROVAL, None),
    (Status.ACTIVE, None),
    (Status.WAITING, None),
    *((Status.PAUSED, reason) for reason in list(Reason)[:8]),
    (Status.COMPLETED, Reason.PROVEN),
    (Status.COMPLETED, Reason.ATTESTED),
    (Status.COMPLETED, Reason.BY_HAND),
    (Status.FAILED, Reason.UNACHIEVABLE),
    (Status.FAILED, Reason.EXPIRED),
    (Status.CANCELLED, Reason.CANCELLED),
]

PLAN = (
    PlanItem("reproduce", PlanStatus.COMPLETED),
    PlanItem("isolate the race", PlanStatus.IN_PROGRESS),
    PlanItem("fix"),
)
STOP = Button("Stop", Act.CANCEL, "g7k2", Style.DANGER, "Stop goal g7k2 for good? It cannot be resumed.")
PAUSE = Button("Pause", Act.PAUSE, "g7k2")
RESUME = Button("Resume", Act.RESUME, "g7k2", Style.PRIMARY)
DETAILS = Button("Details", Act.DETAILS, "g7k2")
ADD = Button("Add budget…", Act.BUDGET, "g7k2", asks="How much more? +$2, +10 turns, +30m or +50k tokens")


def at_work(**changes: Any) -> Goal:
    return goal_in(
        Status.ACTIVE,
        **{
            "objective": "Fix the flaky checkout tests",
            "plan": PLAN,
            "check": check(False, reason="3 failing"),
            "spent": Spent(5, 840.0, 5),
            "seconds": 7200.0,
            "repo": "examples/checkout",
            **changes,
        },
    )


def shown(made: Goal, **more: Any) -> Card:
    return goal_card(found(made, **more))


def found(made: Goal, **more: Any) -> Report:
    return report(made, now=later(minutes=2), **more)


def test_a_goal_at_work_fits_one_screen() -> None:
    assert shown(at_work()) == Card(
        title="🎯 Fix the flaky checkout tests",
        badge="g7k2 · active",
        colour=Colour.BLUE,
        steps=(Row("reproduce", "✓"), Row("isolate the race", "…"), Row("fix")),
        lines=("Turn 6 of 20 · Verifier ✗ 3 failing (pytest -q) · 14 min active",),
        bars=(Bar("Turns", 0.25, "5 / 20"), Bar("Time", 840 / 7200, "14 min / 2 h")),
        footer="@ana · fixer agent · goal/g7k2 · updated 12:02 UTC",
    )


def test_the_plain_twin_of_a_card_is_whole() -> None:
    assert plain(shown(at_work())) == (
        "🎯 Fix the flaky checkout tests · g7k2 · active\n"
        "✓ reproduce\n"
        "… isolate the race\n"
        "fix\n"
        "Turn 6 of 20 · Verifier ✗ 3 failing (pytest -q) · 14 min active\n"
        "\n"
        "Turns: 5 / 20\n"
        "Time: 14 min / 2 h\n"
        "\n"
        "@ana · fixer agent · goal/g7k2 · updated 12:02 UTC"
    )


@pytest.mark.parametrize(("status", "reason"), MAKES_SENSE)
def test_every_status_has_a_card(status: Status, reason: Reason | None) -> None:
    card = shown(goal_in(status, reason=reason, explanation="Because."))
    assert card.title and card.badge.startswith("g7k2 · ") and card.footer and card.lines
    assert "None" not in plain(card) and "_" not in plain(card)


COLOURS = {
    Status.QUEUED: Colour.GREY,
    Status.PENDING_APPROVAL: Colour.AMBER,
    Status.ACTIVE: Colour.BLUE,
    Status.WAITING: Colour.AMBER,
    Status.PAUSED: Colour.GREY,
    Status.COMPLETED: Colour.GREEN,
    Status.FAILED: Colour.RED,
    Status.CANCELLED: Colour.GREY,
}


@pytest.mark.parametrize("status", Status)
def test_the_colour_says_the_status(status: Status) -> None:
    assert shown(goal_in(status)).colour is COLOURS[status]


def test_a_goal_that_waits_for_a_time_waits_for_nobody() -> None:
    assert shown(goal_in(Status.WAITING, wait=waits(WaitKind.TIME))).colour is Colour.BLUE


BADGES = {
    (Status.QUEUED, None): "g7k2 · queued",
    (Status.PENDING_APPROVAL, None): "g7k2 · pending approval",
    (Status.ACTIVE, None): "g7k2 · active",
    (Status.PAUSED, Reason.BUDGET): "g7k2 · paused (budget)",
    (Status.COMPLETED, Reason.BY_HAND): "g7k2 · by hand",
    (Status.COMPLETED, Reason.PROVEN): "g7k2 · proven",
    (Status.FAILED, Reason.EXPIRED): "g7k2 · failed (expired)",
    (Status.CANCELLED, Reason.CANCELLED): "g7k2 · cancelled",
}


@pytest.mark.parametrize(("status", "reason"), BADGES)
def test_the_badge_says_the_status_and_why(status: Status, reason: Reason | None) -> None:
    assert shown(goal_in(status, reason=reason)).badge == BADGES[status, reason]


LINES: dict[str, tuple[Goal, tuple[str, ...]]] = {
    "queued": (
        goal_in(Status.QUEUED),
        (
            "Verifier ? not checked yet (pytest -q)",
            "It waits for a free slot in this channel; it is number 2 in the queue.",
        ),
    ),
    "no verifier": (
        goal_in(Status.ACTIVE, verifiers=(), baseline=check()),
        ("Turn 1 of 20", "Only a person can end this goal: it has no verifier and no judge."),
    ),
    "passed before": (
        goal_in(Status.ACTIVE, baseline=check(True)),
        (
            "Turn 1 of 20 · Verifier ✓ 12 passed (pytest -q)",
            "The verifiers passed before we began; that completes nothing by itself.",
        ),
    ),
    "last turn": (
        goal_in(Status.ACTIVE, spent=Spent(20, 10.0), check=check(False)),
        ("Turn 20 of 20 · Verifier ✗ 3 failed (pytest -q) · 10 s active",),
    ),
    "no limit of turns": (goal_in(Status.ACTIVE, turns=None), ("Turn 1 · Verifier ✗ 3 failed (pytest -q)",)),
    "broken check": (
        goal_in(Status.ACTIVE, check=check(None)),
        ("Turn 1 of 20 · Verifier ? it hung (pytest -q)",),
    ),
    "paused": (
        goal_in(Status.PAUSED, reason=Reason.BUDGET, explanation="Its 20 turns are spent.", spent=Spent(20)),
        (
            "20 of 20 turns · Verifier ✗ 3 failed (pytest -q)",
            "Its 20 turns are spent.",
            "An approver can add budget with the button or `/goal g7k2 budget +10 turns`.",
        ),
    ),
    "ended without a verifier": (
        goal_in(Status.COMPLETED, reason=Reason.BY_HAND, verifiers=(), explanation="@ana called it done."),
        ("@ana called it done.",),
    ),
    "waiting": (
        goal_in(Status.WAITING, wait=Wait(WaitKind.VERIFIER, "ci could not be asked", NOW, until=later(minutes=5))),
        (
            "Verifier ✗ 3 failed (pytest -q)",
            "It waits until 12:05 UTC on 21 Nov: ci could not be asked.",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_the_lines_say_where_it_stands(case: str) -> None:
    made, lines = LINES[case]
    assert shown(made, place=2 if made.status is Status.QUEUED else None).lines == lines


def test_several_verifiers_are_one_phrase() -> None:
    rows = (
        VerifierRow("test", True, "12 passed", "test: pytest -q"),
        VerifierRow("command", False, "exit 1", "command: make lint"),
    )
    assert verifier_line(rows) == "Verifiers 1 of 2 ✓, ✗ exit 1 (make lint)"
    assert verifier_line((rows[0], rows[0])) == "Verifiers 2 of 2 ✓"


def test_tokens_and_money_have_bars_where_they_are_limited() -> None:
    used = replace(
        found(goal(turns=None, tokens=100_000, usd=5.0)),
        tokens=Tokens(40_000, 9_000, 1_000),
        counted=41_000,
        usd=1.84,
    )
    assert goal_card(used).bars == (Bar("Tokens", 0.41, "41k / 100k"), Bar("$", 0.368, "1.84 / 5.00"))


def test_a_bar_is_never_more_than_full() -> None:
    assert shown(goal_in(Status.ACTIVE, spent=Spent(30))).bars == (Bar("Turns", 1.0, "30 / 20"),)


def test_a_long_objective_and_a_long_plan_are_cut() -> None:
    card = shown(at_work(objective="word " * 100, plan=tuple(PlanItem(f"step {n}") for n in range(15))))
    assert len(card.title) <= 82 and card.title.endswith("…")
    assert card.steps[-2:] == (Row("step 11"), Row("and 3 more"))


BUTTONS: dict[str, tuple[Goal, tuple[Button, ...]]] = {
    "active": (goal_in(Status.ACTIVE), (PAUSE, STOP, ADD, DETAILS)),
    "without a budget": (goal_in(Status.ACTIVE, turns=None), (PAUSE, STOP, DETAILS)),
    "queued": (goal_in(Status.QUEUED), (PAUSE, STOP, ADD, DETAILS)),
    "waiting": (goal_in(Status.WAITING), (PAUSE, STOP, ADD, DETAILS)),
    "pending": (goal_in(Status.PENDING_APPROVAL), (PAUSE, STOP, ADD, DETAILS)),
    "paused": (goal_in(Status.PAUSED), (RESUME, STOP, DETAILS)),
    "turns spent": (
        goal_in(Status.PAUSED, reason=Reason.BUDGET, spent=Spent(20)),
        (Button("+50 % turns", Act.RAISE, "g7k2:turns:+50%:20", Style.PRIMARY), STOP, DETAILS),
    ),
    "time spent": (
        goal_in(Status.PAUSED, reason=Reason.BUDGET, seconds=60.0, spent=Spent(3, 61.0)),
        (Button("+50 % time", Act.RAISE, "g7k2:seconds:+50%:60", Style.PRIMARY), STOP, DETAILS),
    ),
    "paused on a rest of tokens that is too little": (
        goal_in(
            Status.PAUSED,
            reason=Reason.BUDGET,
            tokens=1_000,
            winding_down="tokens",
            spent=Spent(19, tokens=900),
        ),
        (Button("+50 % tokens", Act.RAISE, "g7k2:tokens:+50%:1000", Style.PRIMARY), STOP, DETAILS),
    ),
    "raised, not yet resumed": (
        goal_in(Status.PAUSED, reason=Reason.BUDGET, spent=Spent(3)),
        (RESUME, STOP, DETAILS),
    ),
    "ended": (
        goal_in(Status.CANCELLED),
        (
            DETAILS,
            Button("Audit", Act.AUDIT, "g7k2"),
            Button("Log", Act.LOG, "g7k2"),
            Button("Reopen", Act.REOPEN, "g7k2"),
        ),
    ),
}


@pytest.mark.parametrize("case", BUTTONS)
def test_the_buttons_are_what_the_status_allows(case: str) -> None:
    made, buttons = BUTTONS[case]
    assert card_buttons(found(made)) == buttons


def test_a_goal_without_a_verifier_can_be_ended_by_the_judge_where_there_is_one() -> None:
    card = goal_card(report(goal_in(Status.ACTIVE, verifiers=(), baseline=check()), now=NOW, judged=True))
    assert card.lines[1] == "Only the judge or a person can end this goal: it has no verifier."
