"""What a change leaves to be told: of a muted goal only what needs a person, and its end."""

import pytest

from goals.domain import events
from goals.domain.change import Change
from goals.domain.events import EVENTS, Event
from goals.domain.values import Reason, Status
from goals.journal import outgoing
from tests.given import ANA, NOW, asked, check, goal_in, waits

TOLD: tuple[Event, ...] = (
    events.ApprovalAsked(asked()),
    events.BudgetWarned("turns", 80, 16, 20, 4.0),
    events.Reminded(waits()),
    events.Paused(Reason.OWNER, "@ana paused it.", ""),
    events.Finished(Status.COMPLETED, Reason.PROVEN, ""),
    events.QuestionAsked("which port?"),
    events.CheckedByHand(check(False), ANA),
    events.Noted("The store was away."),
)
LOUD = {"ApprovalAsked", "Reminded", "Finished", "QuestionAsked", "CheckedByHand"}


def said(event: Event, **goal: object) -> bool:
    change = Change(goal_in(Status.ACTIVE, **goal), (event,))
    return any(row.kind == "event" for row in outgoing(change, NOW))


@pytest.mark.parametrize("event", TOLD, ids=lambda event: type(event).__name__)
def test_a_muted_goal_says_only_what_needs_a_person_and_its_end(event: Event) -> None:
    assert (said(event), said(event, muted=True)) == (True, type(event).__name__ in LOUD)


def test_a_muted_goal_has_no_line_per_turn() -> None:
    turn = events.TurnEnded(1, 2.0, "", (), None, "GoOn")
    assert (said(turn, verbose=True), said(turn, verbose=True, muted=True)) == (True, False)


def test_the_card_and_decided_questions_of_a_muted_goal_are_redrawn() -> None:
    change = Change(goal_in(Status.ACTIVE, muted=True), (events.ApprovalDecided(asked()),))
    assert [row.kind for row in outgoing(change, NOW)] == ["repaint", "card"]


def test_only_what_is_told_can_be_loud() -> None:
    assert all(kind.told for kind in EVENTS.values() if kind.loud)
