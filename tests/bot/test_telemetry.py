"""What is counted as it happens, and what is said of goals that end."""

import logging

import pytest

from bot.telemetry import Durations, Oldest, Telemetry
from goals.domain.change import Change
from goals.domain.events import Finished
from goals.domain.values import Reason, Status
from tests.given import goal
from tests.peers.clock import ManualClock


class Stepping(ManualClock):
    """A clock whose measure is set by hand."""

    at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_durations_add_up_by_their_bounds() -> None:
    took = Durations((0.5, 1.0))
    for seconds in (-1.0, 0.5, 0.75, 8.0):
        took.add(seconds)
    assert (list(took.upto()), took.sum) == ([("0.5", 2), ("1", 3), ("+Inf", 4)], 9.25)


def test_the_oldest_ages_until_another_one_is_the_oldest_or_nothing_waits() -> None:
    clock = Stepping()
    oldest, ages = Oldest(clock), []
    for clock.at, number in ((10.0, 7), (25.0, 7), (30.0, 9), (34.0, 9), (40.0, None), (50.0, 9)):
        ages.append(oldest.age(number))
    assert ages == [0.0, 15.0, 0.0, 4.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("status", "reason", "label"),
    [
        (Status.COMPLETED, Reason.PROVEN, "proven"),
        (Status.FAILED, Reason.EXPIRED, "failed"),
        (Status.CANCELLED, Reason.OWNER, "cancelled"),
    ],
)
def test_a_goal_that_ends_is_told_once_with_status_label_and_reason(
    caplog: pytest.LogCaptureFixture, status: Status, reason: Reason, label: str
) -> None:
    with caplog.at_level(logging.INFO, "goalward.goals"):
        Telemetry(ManualClock()).changed(Change(goal(), (Finished(status, reason, "so it is"),)))
    (told,) = [vars(record) for record in caplog.records]
    assert [told[name] for name in ("goal", "mode", "status", "label", "reason")] == [
        goal().id,
        "drive",
        status.value,
        label,
        reason.value,
    ]
