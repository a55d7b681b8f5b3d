"""Every event has a line in the log."""

from dataclasses import replace

import pytest

from adapters import log
from goals.domain import events
from goals.domain.drafts import Proposal
from goals.domain.events import EVENTS, Event
from goals.domain.values import ApprovalStatus, FileChange, Reason, Status
from goals.ports import StoredEvent
from tests.given import ANA, BEN, NOW, asked, check, later, waits

DENIED = replace(asked(), status=ApprovalStatus.DENIED, by=BEN, reason="too big", decided_at=later(minutes=2))

LINES: list[tuple[Event, str]] = [
    (events.Opened(ANA, "fix it"), "opened by @ana: fix it"),
    (events.Admitted(0), "became active in slot 1 of the channel"),
    (events.TakenUp("one"), "taken up by worker one"),
    (events.BaselineTaken(check(False)), "checked before the first turn: ✗ test: pytest -q: 3 failed"),
    (events.BaselineTaken(check()), "checked before the first turn: nothing to check"),
    (events.ApprovalAsked(asked()), "asked for approval (plan): fixer: ruff check --fix ."),
    (events.ApprovalDecided(DENIED), "❌ denied by @ben · 12:02 UTC (plan): too big"),
    (
        events.ApprovalVoted(replace(asked(), votes=(ANA,), needed=2)),
        "approved by @ana, 2 must (plan)",
    ),
    (
        events.TurnEnded(3, 62.0, "text", (FileChange("a", 1, 0),), check(True), "Complete"),
        "turn 3 ended after 1 min: 1 file changed; ✓ test: pytest -q: 12 passed",
    ),
    (
        events.TurnEnded(4, 2.0, "", (), None, "GoOn", interrupted=True),
        "turn 4 ended (interrupted) after 2 s: no file changed",
    ),
    (events.Checked(check(None), "Park"), "checked: ? test: pytest -q: it hung"),
    (events.BudgetWarned("seconds", 80, 80, 100, 1.0), "80 % of 1 min used"),
    (events.BudgetRaised(ANA, "turns", 30), "budget set to 30 turns by @ana"),
    (events.BudgetRaised(ANA, "turns", None), "budget set to no limit by @ana"),
    (events.WaitStarted(waits()), "waits: an approver's ✅"),
    (events.Restored("The workspace was moved."), "went on on another machine: The workspace was moved."),
    (events.Reminded(waits()), "reminded: an approver's ✅"),
    (events.QuestionAsked("which port?"), "asked: which port?"),
    (events.CheckAsked(ANA), "a check was asked for by @ana"),
    (events.CheckedByHand(check(False), ANA), "checked for @ana: ✗ test: pytest -q: 3 failed"),
    (events.WrapUpAsked(BEN), "told to wrap up by @ben"),
    (events.Muted(ANA, on=True), "muted by @ana"),
    (events.Muted(ANA, on=False), "unmuted by @ana"),
    (events.SlotFreed(), "freed its slot while it waits"),
    (events.Woken("approved by @ana"), "woke: approved by @ana"),
    (events.Paused(Reason.STALLED, "Nothing moves.", "Say so."), "paused (stalled): Nothing moves."),
    (events.Resumed(ANA), "resumed by @ana"),
    (
        events.Finished(Status.COMPLETED, Reason.BY_HAND, "@ana called it done.", ANA),
        "ended: by hand. @ana called it done.",
    ),
    (events.Opened(ANA, "fix it", "k3m9"), "opened by @ana, from where goal k3m9 ended: fix it"),
    (events.Steered(BEN, "mind the docs"), "@ben said: mind the docs"),
    (
        events.ContractChanged(2, "Criterion 2 was added: document it", BEN),
        "contract changed by @ben, revision 2: Criterion 2 was added: document it",
    ),
    (events.Noted("the store was away"), "noted: the store was away"),
    (events.GoalProposed(Proposal("tidy up")), "the agent proposed a goal: tidy up"),
    (events.Moved(BEN, 2), "moved to place 2 of the queue by @ben"),
    (events.Fired(2, check(True), ends=False), "fired (edge 2): ✓ test: pytest -q: 12 passed"),
    (events.Fired(1, check(True), ends=True), "fired (edge 1) and ends: ✓ test: pytest -q: 12 passed"),
    (events.Cleared(check(False)), "is armed again: ✗ test: pytest -q: 3 failed"),
    (events.VerifierBroke("it hung", later(minutes=1)), "the verifier broke, next try 12:01:00 UTC: it hung"),
    (events.VerifierMended(check(True)), "the verifier works again: ✓ test: pytest -q: 12 passed"),
    (
        events.HookGivenUp("webhook: https://example.com", 8, "it answers 500", 12),
        "gave up the hook webhook: https://example.com: it answers 500",
    ),
    (events.Stalled(3, NOW, "3 failed"), "found the same 3 times since 2026-11-21 12:00 UTC: 3 failed"),
]


@pytest.mark.parametrize(("event", "said"), LINES)
def test_each_event_is_one_line(event: Event, said: str) -> None:
    assert log.happened(event) == said


def test_no_event_is_without_a_line() -> None:
    assert set(EVENTS) == {type(event).__name__ for event, _ in LINES}


def test_a_line_begins_with_its_time_and_stays_one_line() -> None:
    stored = StoredEvent("g7k2", 1, NOW, events.Noted("a\nb"))
    assert log.line(stored) == "2026-11-21 12:00:00 UTC  noted: a b"


def test_on_small_screens_a_day_is_said_once_and_each_line_has_its_time_of_day() -> None:
    told = [(NOW, "one"), (later(minutes=1), "two"), (later(days=1), "a\nb")]
    assert list(log.lines(told)) == ["2026-11-21", "12:00 one", "12:01 two", "2026-11-22", "12:00 a b"]
