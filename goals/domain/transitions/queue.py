"""What people do to the queue: put a goal elsewhere in it."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import events, facts
from goals.domain.change import Change
from goals.domain.transitions.rows import Q, Row
from goals.domain.values import Goal


def moved(goal: Goal, fact: facts.Moved) -> Change:
    """Those who give way to it are moved by the same person."""
    return Change(replace(goal, moved=fact.rank), (events.Moved(fact.by, fact.place),), by=fact.by)


ROWS: tuple[Row, ...] = ((facts.Moved, moved, (Q,)),)
