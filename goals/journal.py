"""Store a change with what it leaves to be told, in one transaction, then tell the subscribers.

This is the only way in which a goal changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from goals import hook_rows
from goals.clean import Clean, without
from goals.domain import edges
from goals.domain.change import Change
from goals.domain.events import (
    ApprovalDecided,
    ApprovalVoted,
    Event,
    Finished,
    Fired,
    GoalProposed,
    TakenUp,
    TurnEnded,
)
from goals.domain.values import Goal
from goals.outbox import EDIT_EVERY
from goals.ports import Clock, Goals, Outgoing

Subscriber = Callable[[Change], None]


class Journal:
    def __init__(self, goals: Goals, clock: Clock, own: Clean = str) -> None:
        """`own` takes the configured secrets out of what is stored."""
        self._goals = goals
        self._own = own
        self._clock = clock
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with every stored change, in order; it must neither block nor raise."""
        self._subscribers.append(subscriber)

    async def record(self, change: Change, *, act: str = "") -> Change:
        """Store a change; `act` is the key of what a person did to cause it.

        Returns the change with the goal's new version. Raises StaleGoal, ThreadTaken, SlotTaken, AlreadyHandled.
        """
        now, change = self._clock.now(), self._cleaned(change)
        goal = await self._goals.record(change, at=now, outgoing=outgoing(change, now), act=act)
        stored = replace(change, goal=goal)
        for subscriber in self._subscribers:
            subscriber(stored)
        return stored

    def _cleaned(self, change: Change) -> Change:
        goal = without(change.goal, self._own)
        return replace(change, goal=goal, events=tuple(without(e, self._own) for e in change.events))


def outgoing(change: Change, now: datetime) -> tuple[Outgoing, ...]:
    """The outbox rows of a change: the card, repainted approvals, a message for each event people are told."""
    goal, thread = change.goal, change.goal.origin.thread_key
    first = [_row(change, "card", "card", thread, {})] if goal.version == 0 else []
    told = [
        _row(change, f"{goal.version + 1}.{number}", kind, thread, hook_rows.document(event))
        for number, event in enumerate(change.events)
        if (kind := _kind(change, event))
    ]
    hooks = (hook_rows.due(change.goal, hook, now) for hook in edges.due(change))
    return (*first, *told, *hooks, card_edit(goal, None if _urgent(change) else now + EDIT_EVERY))


def card_edit(goal: Goal, not_before: datetime | None = None) -> Outgoing:
    """The row that brings a goal's card up to date; there is one per goal."""
    lane = f"{goal.origin.thread_key}/card"
    return Outgoing(f"{goal.id}:edit*", lane, "card", {}, goal_id=goal.id, not_before=not_before)


def first_due(change: Change, now: datetime) -> datetime:
    """When the first of a change's outbox rows is to go."""
    told = any(_kind(change, event) for event in change.events)
    return now if told or _urgent(change) else now + EDIT_EVERY


def _kind(change: Change, event: Event) -> str:
    if isinstance(event, ApprovalDecided | ApprovalVoted):
        return "repaint"
    if isinstance(event, GoalProposed):
        return "proposal"
    if isinstance(event, Finished) and any(isinstance(other, Fired) for other in change.events):
        return ""  # the edge that ended it is told, once
    if change.goal.muted:
        return "event" if event.told and event.loud else ""
    verbose = change.goal.request.verbose and isinstance(event, TurnEnded)
    return "event" if event.told or verbose else ""


def _urgent(change: Change) -> bool:
    """Changes of status show at once; everything else may wait for the next edit."""
    return any(not isinstance(event, TurnEnded | TakenUp) for event in change.events) or not change.events


def _row(change: Change, suffix: str, kind: str, lane: str, body: dict[str, object]) -> Outgoing:
    return Outgoing(key=f"{change.goal.id}:{suffix}", lane=lane, kind=kind, body=body, goal_id=change.goal.id)
