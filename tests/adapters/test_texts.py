"""What is said in a thread is whole sentences: what happened, what is needed, from whom, what to do."""

from dataclasses import replace

import pytest

from adapters import texts
from goals.audit import report
from goals.domain import events
from goals.domain.events import EVENTS, Event
from goals.domain.values import ApprovalKind, Reason, Status, WaitKind
from tests.given import ANA, NOW, asked, check, goal_in, later, waits

NOW_REPORT = report(
    goal_in(Status.ACTIVE, objective="Fix the flaky tests.", check=check(False, reason="3 failing")),
    now=later(),
)
ANSWER = "An approver can answer with the buttons or with ✅ or ❌; until then the goal waits."
WAYS = "At the limit it pauses; an approver can add to it with the button."


def finished(status: Status, reason: Reason, explanation: str = "") -> Event:
    return events.Finished(status, reason, explanation, ANA)


TOLD: list[tuple[Event, str]] = [
    (
        events.ApprovalAsked(asked()),
        f"✋ Goal g7k2 needs a ✅ before it starts: Fix the flaky tests. {ANSWER}",
    ),
    (
        events.ApprovalAsked(asked(ApprovalKind.ACTION)),
        f"✋ Goal g7k2 asks to run `fixer: ruff check --fix .`. {ANSWER}",
    ),
    (
        events.ApprovalAsked(replace(asked(ApprovalKind.ACTION), subject="echo [redacted]", size=30)),
        "✋ Goal g7k2 asks to run `echo [redacted]`. What looks like a secret is hidden here as [redacted]. "
        f"{ANSWER}",
    ),
    (
        events.ApprovalAsked(replace(asked(ApprovalKind.VERIFIER), subject="Does it look right?")),
        f"✋ Goal g7k2 asks: Does it look right? {ANSWER}",
    ),
    (
        events.BudgetWarned("turns", 80, 16, 20, 4.0),
        f"⚠️ Goal g7k2: 80 % of 20 turns used (16 turns); verifier ✗ 3 failing (pytest -q); 4 turns left. {WAYS}",
    ),
    (
        events.BudgetWarned("seconds", 50, 3600, 7200, 3.7),
        "⚠️ Goal g7k2: 50 % of 2 h of active time used (1 h) at turn 0 of 20; verifier ✗ 3 failing (pytest -q); "
        f"about 3 turns left at this pace. {WAYS}",
    ),
    (
        events.BudgetWarned("seconds", 50, 3600, 7200, None),
        "⚠️ Goal g7k2: 50 % of 2 h of active time used (1 h) at turn 0 of 20; verifier ✗ 3 failing (pytest -q). "
        f"{WAYS}",
    ),
    (
        events.Reminded(waits(WaitKind.APPROVAL)),
        "⏰ Goal g7k2 still waits for an approver's ✅. Fix the flaky tests.",
    ),
    (
        events.Paused(Reason.BUDGET, "Its 20 turns are spent.", "@ana can add to it with the button."),
        "⏸ Goal g7k2 is paused. Its 20 turns are spent. @ana can add to it with the button.",
    ),
    (
        events.Paused(Reason.BLOCKED, "Which branch is meant", "@ana can answer in the thread."),
        "⏸ Goal g7k2 is paused. Which branch is meant. @ana can answer in the thread.",
    ),
    (
        finished(Status.COMPLETED, Reason.PROVEN, "Every verifier passes."),
        "✅ Goal g7k2 is proven: Fix the flaky tests. Every verifier passes.",
    ),
    (
        finished(Status.COMPLETED, Reason.ATTESTED, "An approver attested it."),
        "🟡 Goal g7k2 is attested: Fix the flaky tests. An approver attested it.",
    ),
    (
        finished(Status.COMPLETED, Reason.BY_HAND),
        "👤 Goal g7k2 was completed by hand by @ana, unproven: 1 of 1: Fix the flaky tests.",
    ),
    (
        finished(Status.FAILED, Reason.UNACHIEVABLE, "there is no such API"),
        "⛔ Goal g7k2 is unachievable: there is no such API. It was about: Fix the flaky tests.",
    ),
    (
        finished(Status.FAILED, Reason.EXPIRED, "The deadline has passed."),
        "⌛ Goal g7k2 has expired: Fix the flaky tests. The deadline has passed.",
    ),
    (
        finished(Status.CANCELLED, Reason.CANCELLED, "@ana cancelled it."),
        "🛑 Goal g7k2 was cancelled by @ana: Fix the flaky tests.",
    ),
    (
        events.QuestionAsked("Which port, 5432 or 5433?"),
        "❓ Goal g7k2 asks: Which port, 5432 or 5433? @ana, answer here; until then it waits.",
    ),
    (
        events.CheckedByHand(check(False), ANA),
        "🔎 Goal g7k2 was checked for @ana: ✗ test: pytest -q: 3 failed. It is active, as before.",
    ),
    (
        events.CheckedByHand(check(True, unjudged=True), ANA),
        "🔎 Goal g7k2 was checked for @ana: ✓ test: pytest -q: 12 passed. "
        "The judge was not asked, since the budget is spent. It is active, as before.",
    ),
    (
        events.BudgetWarned("usd", 80, 4.02, 5, 3.1, later(hours=2, minutes=30)),
        "⚠️ Goal g7k2: 80 % of $5.00 used ($4.02) at turn 0 of 20; verifier ✗ 3 failing (pytest -q); "
        f"about 3 turns left at this pace; at this rate the money is used up at 14:30 UTC. {WAYS}",
    ),
    (
        events.HookGivenUp("webhook: https://example.com/x", 8, "https://example.com/x answers 500", 12),
        "📪 Goal g7k2: the hook `webhook: https://example.com/x` was given up after 8 tries: "
        "https://example.com/x answers 500. Nothing more is sent for this edge; "
        "`goalward hooks retry 12` tries it again.",
    ),
    (events.Noted("The store was away for a minute"), "ℹ️ Goal g7k2: The store was away for a minute."),
    (
        events.Fired(1, check(True), ends=True),
        "🔔 g7k2 met: Fix the flaky tests. ✓ test: pytest -q: 12 passed. It has ended after 0 checks.",
    ),
    (
        events.VerifierBroke("no answer within 30 s", later(minutes=1)),
        "⚠️ Monitor g7k2 cannot look: no answer within 30 s. That says nothing about “Fix the flaky tests”. "
        "It is tried again at 12:01 UTC and then ever more seldom; this is said once, until it works again.",
    ),
    (
        events.Stalled(3, NOW, "it answers 503"),
        "💤 Monitor g7k2 has found the same 3 times since 12:00 UTC: it answers 503. "
        "It is about: Fix the flaky tests. It watches on; this is said once, until something changes.",
    ),
]


@pytest.mark.parametrize(("event", "said"), TOLD)
def test_each_event_that_people_are_told_has_its_sentences(event: Event, said: str) -> None:
    assert texts.told(event, NOW_REPORT) == said


@pytest.mark.parametrize(("event", "said"), TOLD)
def test_the_first_sixty_characters_name_the_goal_and_what_matters(event: Event, said: str) -> None:
    assert "g7k2" in said[:20] and len(said) > 30 and said.endswith((".", "?", "!"))


def test_no_told_event_is_without_words() -> None:
    assert {name for name, kind in EVENTS.items() if kind.told} == {type(event).__name__ for event, _ in TOLD}


def test_an_event_that_only_shows_on_the_card_is_not_said() -> None:
    assert texts.told(events.Admitted(0), NOW_REPORT) == ""


@pytest.mark.parametrize(
    ("status", "place", "said"),
    [
        (Status.QUEUED, 1, "Goal g7k2 goes on as soon as a slot is free; it is in the queue at place 1."),
        (Status.QUEUED, None, "Goal g7k2 goes on as soon as a slot is free; it is in the queue."),
        (Status.ACTIVE, None, "Goal g7k2 goes on."),
    ],
)
def test_a_resumed_goal_says_when_it_goes_on(status: Status, place: int | None, said: str) -> None:
    assert texts.resumed(report(goal_in(status), place=place, now=later())) == said


def test_a_raise_says_what_may_be_used_in_all() -> None:
    raised = goal_in(Status.ACTIVE, turns=30, seconds=7200.0)
    assert texts.raised(report(raised, now=later())) == (
        "Goal g7k2 may now use 30 turns and 2 h of active time in all."
    )


def test_a_raise_that_is_not_enough_says_that_it_stays_paused() -> None:
    still = goal_in(Status.PAUSED, turns=30, reason=Reason.OWNER, explanation="@ana paused it.")
    assert texts.raised(report(still, now=later())) == (
        "Goal g7k2 may now use 30 turns in all. It stays paused: @ana paused it."
    )
