"""A goal's next state together with what happened: the unit in which goals are stored."""

from __future__ import annotations

from dataclasses import dataclass

from goals.domain.events import Event
from goals.domain.values import Goal, Person
from goals.domain.watching import Polled


@dataclass(frozen=True, slots=True)
class Change:
    """`goal.version` is the version that the change was decided from; 0 is a goal that is new.

    `polled` says when the goal's verifiers are polled next, and what they have shown; None leaves that as it is.
    """

    goal: Goal
    events: tuple[Event, ...]
    by: Person | None = None
    polled: Polled | None = None
