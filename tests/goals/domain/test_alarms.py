"""What time does: deadlines in any unfinished status, slots freed after ten minutes, one reminder, timers."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from goals.domain import alarms, facts
from goals.domain.values import UNFINISHED, Mode, Status, WaitKind
from tests.given import NOW, goal, goal_in, later, waits


@pytest.mark.parametrize("status", UNFINISHED)
def test_a_deadline_ends_a_goal_in_any_unfinished_status(status: Status) -> None:
    goal = goal_in(status, deadline=later(minutes=5))
    assert (alarms.alarm_at(goal), alarms.due(goal, later(minutes=5))) == (
        later(minutes=5),
        facts.Expired(later(minutes=5)),
    )


@pytest.mark.parametrize("status", (Status.COMPLETED, Status.FAILED, Status.CANCELLED))
def test_time_does_nothing_to_what_has_ended(status: Status) -> None:
    assert alarms.alarm_at(goal_in(status, deadline=NOW)) is None


def test_a_waiting_goal_gives_its_slot_back_and_is_reminded_of_after_ten_minutes() -> None:
    goal = goal_in(Status.WAITING)
    assert alarms.due(goal, later(minutes=9, seconds=59)) is None
    assert alarms.due(goal, later(minutes=10)) == facts.SlotFreed(later(minutes=10))
    freed = goal_in(Status.WAITING, slot=None)
    assert alarms.due(freed, later(minutes=10)) == facts.Reminded(later(minutes=10))
    assert alarms.due(goal_in(Status.WAITING, slot=None, wait=waits(reminded=True)), later(days=9)) is None


def test_a_providers_back_off_keeps_the_slot() -> None:
    goal = goal_in(Status.WAITING, wait=waits(WaitKind.PROVIDER, until=later(hours=1)))
    assert alarms.alarm_at(goal) == later(hours=1)


def test_a_timer_wakes_the_goal() -> None:
    goal = goal_in(Status.WAITING, slot=None, wait=waits(WaitKind.TIME, until=later(minutes=30)))
    assert isinstance(alarms.due(goal, later(minutes=30)), facts.Woken)


def test_the_gap_between_two_turns_ends_by_time() -> None:
    goal = goal_in(Status.ACTIVE, due_at=later(minutes=10))
    assert alarms.alarm_at(goal) == later(minutes=10)
    assert alarms.due(goal, later(minutes=10)) == facts.TurnDue(later(minutes=10))


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"mode": Mode.MONITOR}, later(hours=5, minutes=3)),
        ({"mode": Mode.MONITOR, "status": Status.PAUSED}, later(minutes=5)),
        ({}, later(minutes=5)),
    ],
)
def test_a_monitor_whose_deadline_passed_while_nobody_looked_has_its_last_check_first(
    changes: dict[str, Any], ends: datetime
) -> None:
    past, awake = goal(deadline=later(minutes=5), **{"status": Status.ACTIVE, **changes}), later(hours=5)
    before = alarms.due(past, ends - timedelta(seconds=1), awake)
    assert (before, alarms.due(past, ends, awake)) == (None, facts.Expired(ends))
