"""A goal's next state together with what happened: the unit in which goals are stored."""

from __future__ import annotations

from dataclasses import dataclass

from goals.domain.events import Event
from goals.domain.values import Goal, Person


@dataclass(frozen=True, slots=True)
class Change:
    """`goal.version` is the version that the change was decided from; 0 is a goal that is new."""

    goal: Goal
    events: tuple[Event, ...]
    by: Person | None = None
