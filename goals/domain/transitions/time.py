"""What time brings: deadlines, wake-ups, reminders."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import events, facts, moves
from goals.domain.change import Change
from goals.domain.transitions.rows import A, P, Row, W
from goals.domain.values import UNFINISHED, Goal, Reason, Status


def expired(goal: Goal, fact: facts.Expired) -> Change:
    explanation = f"The deadline {fact.at:%Y-%m-%d %H:%M} UTC has passed."
    return moves.finish(goal, Status.FAILED, Reason.EXPIRED, explanation, fact.at)


def woken(goal: Goal, fact: facts.Woken) -> Change:
    return moves.wake(moves.without_asks(goal), fact.why, fact.at, moves.withdraw(goal, fact.at))


def slot_freed(goal: Goal, fact: facts.SlotFreed) -> Change:
    return Change(replace(goal, slot=None), (events.SlotFreed(),))


def reminded(goal: Goal, fact: facts.Reminded) -> Change:
    assert goal.wait is not None
    wait = replace(goal.wait, reminded=True)
    return Change(replace(goal, wait=wait), (events.Reminded(wait),))


def turn_due(goal: Goal, fact: facts.TurnDue) -> Change:
    return Change(replace(goal, due_at=None), (events.Woken("the time between two turns is over"),))


ROWS: tuple[Row, ...] = (
    (facts.Expired, expired, UNFINISHED),
    (facts.Woken, woken, (W,)),
    (facts.SlotFreed, slot_freed, (W,)),
    (facts.Reminded, reminded, (P, W)),
    (facts.TurnDue, turn_due, (A,)),
)
