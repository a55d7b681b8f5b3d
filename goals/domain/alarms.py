"""What time alone does to a goal: deadlines, timers, reminders, slots that are freed while a goal waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from goals.domain import facts, waiting
from goals.domain.values import Goal, Mode, Status, WaitKind

SLOT_HELD = timedelta(minutes=10)
REMIND_AFTER = timedelta(minutes=10)
LAST_LOOK = timedelta(minutes=3)
"""How long a monitor's check at its deadline may take before time alone ends the monitor."""


def alarm_at(goal: Goal) -> datetime | None:
    """When time next does something to this goal; None when it never does."""
    times = [at for at, _ in _alarms(goal)]
    return min(times, default=None)


def due(goal: Goal, now: datetime, awake: datetime | None = None) -> facts.Fact | None:
    """The fact whose time has come, the earliest first.

    `awake` is since when somebody looks at monitors: one whose deadline passed before has its last check after that.
    """
    ripe = [(at, fact) for at, fact in _alarms(goal, awake) if at <= now]
    return min(ripe, key=lambda alarm: alarm[0])[1] if ripe else None


def _alarms(goal: Goal, awake: datetime | None = None) -> list[tuple[datetime, facts.Fact]]:
    alarms: list[tuple[datetime, facts.Fact]] = []
    if goal.status.terminal:
        return alarms
    if goal.request.deadline is not None:
        last = _last(goal, goal.request.deadline, awake)
        alarms.append((last, facts.Expired(last)))
    if goal.status is Status.ACTIVE and goal.due_at is not None:
        alarms.append((goal.due_at, facts.TurnDue(goal.due_at)))
    wait = goal.wait
    if wait is None:
        return alarms
    if wait.until is not None:
        alarms.append((wait.until, facts.Woken(wait.until, waiting.over(wait))))
    if goal.status is Status.WAITING and goal.slot is not None and wait.kind is not WaitKind.PROVIDER:
        alarms.append((wait.since + SLOT_HELD, facts.SlotFreed(wait.since + SLOT_HELD)))
    if wait.kind in (WaitKind.APPROVAL, WaitKind.ANSWER) and not wait.reminded:
        alarms.append((wait.since + REMIND_AFTER, facts.Reminded(wait.since + REMIND_AFTER)))
    return alarms


def _last(goal: Goal, deadline: datetime, awake: datetime | None) -> datetime:
    """When time alone ends the goal."""
    if goal.request.mode is not Mode.MONITOR or goal.status is not Status.ACTIVE:
        return deadline
    return max(deadline, awake or deadline) + LAST_LOOK
