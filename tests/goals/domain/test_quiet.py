"""The card of a monitor without news is repainted ever more seldom."""

from datetime import timedelta

from goals.domain.quiet import repaint
from tests.given import NOW, later


def painted(every: timedelta, over: timedelta) -> list[float]:
    """The hours after the last news at which the card is repainted, when it is looked at every so often."""
    looks = [NOW + every * n for n in range(1, over // every + 1)]
    return [(at - NOW) / timedelta(hours=1) for at in looks if repaint(NOW, at - every, at)]


def test_a_quiet_card_is_repainted_at_doubling_intervals_then_every_six_hours() -> None:
    minutes = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert painted(timedelta(minutes=1), timedelta(hours=25)) == [*(m / 60 for m in minutes), 6, 12, 18, 24]


def test_a_monitor_that_is_looked_at_seldom_is_repainted_at_every_look() -> None:
    assert painted(timedelta(hours=12), timedelta(days=2)) == [12, 24, 36, 48]


def test_two_looks_within_one_interval_repaint_once() -> None:
    assert [repaint(NOW, later(seconds=s - 5), later(seconds=s)) for s in (60, 65, 70)] == [
        True,
        False,
        False,
    ]


def test_the_first_look_is_shown_at_once() -> None:
    assert repaint(NOW, None, NOW)
