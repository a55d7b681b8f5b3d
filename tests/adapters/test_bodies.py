"""A message has a text that stands alone, its card, and the buttons that make sense now."""

from dataclasses import replace

import pytest

from adapters import bodies
from adapters.approval_card import approval_card
from adapters.audit_card import audit_card
from adapters.buttons import Act
from adapters.chat import Body, File
from adapters.plain import plain
from goals.audit import Report, report
from goals.domain import events
from goals.domain.values import ApprovalStatus, FileChange, Goal, Reason, Spent, Status
from goals.ports import StoredEvent
from tests.given import ANA, BEN, NOW, asked, goal_in, later


def found(made: Goal) -> Report:
    return report(made, now=later(minutes=2))


def acts(body: Body) -> list[str]:
    return [button.action for button in body.buttons]


PENDING = found(goal_in(Status.PENDING_APPROVAL))
SPENT = goal_in(Status.PAUSED, reason=Reason.BUDGET, spent=Spent(20))
OUT_OF_TURNS = events.Paused(Reason.BUDGET, "Its 20 turns are spent.", "@ana can add to it.")


def test_an_approval_is_asked_with_its_card_and_two_buttons() -> None:
    body = bodies.body_for(events.ApprovalAsked(asked()), PENDING)
    card = approval_card(PENDING, asked())
    first = "✋ Goal g7k2 needs a ✅ before it starts: fix the flaky tests. "
    assert body.card == card and body.text.startswith(first) and body.text.endswith(plain(card))
    assert [(button.action, button.value) for button in body.buttons] == [
        (Act.APPROVE, "g7k2-1"),
        (Act.DENY, "g7k2-1"),
    ]


def test_a_decided_approval_is_repainted_without_buttons() -> None:
    decided = replace(asked(), status=ApprovalStatus.APPROVED, by=BEN, decided_at=later(minutes=2))
    body = bodies.decided_body(PENDING, decided)
    assert body.buttons == () and body.text.startswith("✅ approved by @ben · 12:02 UTC · g7k2 · plan\n")
    assert bodies.body_for(events.ApprovalDecided(decided), PENDING) == body


def test_a_pause_at_the_budget_offers_more_of_it() -> None:
    body = bodies.body_for(OUT_OF_TURNS, found(SPENT))
    assert body.text.startswith("⏸ Goal g7k2 is paused. Its 20 turns are spent. @ana can add to it.\n")
    assert (body.card, acts(body)) == (audit_card(found(SPENT)), [Act.RAISE, Act.CANCEL, Act.LOG])


def test_a_pause_that_is_over_when_it_is_told_offers_nothing() -> None:
    body = bodies.body_for(OUT_OF_TURNS, found(goal_in(Status.ACTIVE)))
    assert body == Body("⏸ Goal g7k2 is paused. Its 20 turns are spent. @ana can add to it.")


def test_a_warning_offers_ways_out_while_the_goal_is_at_work() -> None:
    warned = events.BudgetWarned("turns", 80, 16, 20, 4.0)
    assert acts(bodies.body_for(warned, found(goal_in(Status.ACTIVE)))) == [
        Act.RAISE, Act.WRAP_UP, Act.CANCEL,
    ]  # fmt: skip
    assert acts(bodies.body_for(warned, found(goal_in(Status.CANCELLED)))) == []


def test_the_end_comes_with_the_audit_and_the_diff() -> None:
    ended = found(goal_in(Status.COMPLETED, reason=Reason.PROVEN, files=(FileChange("a", 1, 0),)))
    body = bodies.body_for(events.Finished(Status.COMPLETED, Reason.PROVEN, "Every verifier passes."), ended)
    assert (body.card, acts(body)) == (audit_card(ended), [Act.REOPEN, Act.DIFF, Act.LOG])
    assert body.text.startswith(
        "✅ Goal g7k2 is proven: fix the flaky tests. Every verifier passes.\n\n✅ Proven · "
    )


@pytest.mark.parametrize("status", Status)
def test_every_answer_to_a_look_is_whole_without_its_card(status: Status) -> None:
    made = found(goal_in(status))
    looks = (bodies.card_body, bodies.audit_body, bodies.summary_body, bodies.plan_body)
    for body in (*(look(made) for look in looks), bodies.details_body(made, "/goal {}")):
        assert body.card is not None and body.text == plain(body.card)


def test_a_long_spec_is_a_file() -> None:
    long = f"/goal {'x' * 2_000}"
    body = bodies.details_body(PENDING, long)
    assert (body.files, long in body.text) == ((File("g7k2.goal.txt", long),), False)


def test_the_queue_shows_only_who_waits_for_a_slot() -> None:
    queued, active = found(goal_in(Status.QUEUED)), found(goal_in(Status.ACTIVE))
    card = bodies.queue_body([active, queued]).card
    assert card is not None and [section.title for section in card.sections] == ["Queued"]
    assert bodies.queue_body([active]) == Body("The queue is empty: no goal waits for a slot here.")


def test_a_diff_is_a_file() -> None:
    changed = found(goal_in(Status.ACTIVE, files=(FileChange("a", 1, 0), FileChange("b", 0, 2))))
    assert bodies.diff_body(changed, "--- a\n") == Body(
        "Goal g7k2 has changed 2 files; the diff is attached.", files=(File("g7k2.diff", "--- a\n"),)
    )
    assert bodies.diff_body(changed, "") == Body("Goal g7k2 has changed no file.")


def test_a_short_log_stands_in_the_message() -> None:
    happened = [StoredEvent("g7k2", 1, NOW, events.Opened(ANA, "fix it"))]
    assert bodies.log_body(PENDING, happened) == Body(
        "What happened to goal g7k2:\n2026-11-21 12:00:00 UTC  opened by @ana: fix it"
    )


def test_a_long_log_is_attached_whole() -> None:
    happened = [StoredEvent("g7k2", n, NOW, events.Noted(f"line {n}")) for n in range(30)]
    body = bodies.log_body(PENDING, happened)
    assert body.text.splitlines()[0] == "The last 12 of 30 lines of goal g7k2's log; the whole is attached:"
    assert len(body.text.splitlines()) == 13 and body.files[0].text.count("\n") == 30
