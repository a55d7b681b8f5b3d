from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain import past
from goals.domain.watching import Point, Reading

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MONTH = 30 * 24 * 60


def reading(minute: float, met: bool | None = False, value: float | None = None) -> Reading:
    return Reading(START + minute * MINUTE, met, value=value)


def kept(readings: Sequence[Reading]) -> tuple[Point, ...]:
    """The past as a store keeps it, reading after reading."""
    points: list[Point] = []
    for each in readings:
        longer = past.joined(points[-1], each) if points else None
        points[-1 if longer else len(points) :] = [longer or past.first(each)]
        if len(points) > past.MOST:
            points = list(past.thinned(points))
    return tuple(points)


def stretch(begin: float, end: float, met: bool | None, *values: float | None, count: int) -> Point:
    last, low, high = values if len(values) == 3 else (values * 3)[:3] or (None, None, None)
    return Point(START + begin * MINUTE, START + end * MINUTE, met, last, low, high, count)


READINGS = st.lists(
    st.tuples(
        st.floats(0.1, 5000),
        st.sampled_from([True, False, None]),
        st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([1.0, 2.0])),
    ),
    max_size=900,
)


def read(steps: list[tuple[float, bool | None, float | None]]) -> list[Reading]:
    minute, found = 0.0, []
    for step, met, value in steps:
        minute += step
        found.append(reading(minute, met, value))
    return found


# --- what is new --------------------------------------------------------------------------------------


def test_same_readings_are_one_stretch() -> None:
    same = [reading(n, False, 3.0) for n in range(500)]

    assert kept(same) == (stretch(0, 499, False, 3.0, count=500),)


@pytest.mark.parametrize(
    "other",
    [reading(3, True, 3.0), reading(3, None), reading(3, False, 3.1), reading(3, False)],
    ids=["met", "broken", "value", "no value"],
)
def test_what_finds_something_else_begins_a_stretch(other: Reading) -> None:
    same = [reading(n, False, 3.0) for n in range(3)]

    assert kept([*same, other]) == (stretch(0, 2, False, 3.0, count=3), past.first(other))


def test_a_time_in_which_nobody_looked_is_no_part_of_a_stretch() -> None:
    before, after = [reading(n) for n in range(5)], [reading(600 + n) for n in range(5)]

    assert kept([*before, *after]) == (
        stretch(0, 4, False, None, count=5),
        stretch(600, 604, False, None, count=5),
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_value(value: float) -> None:
    assert past.first(reading(0, True, value)) == stretch(0, 0, True, None, count=1)


# --- what is old --------------------------------------------------------------------------------------


def test_few_stretches_are_left_as_they_are() -> None:
    points = [stretch(n, n, False, float(n), count=1) for n in range(past.RECENT + past.OLDER)]

    assert past.thinned(points) == tuple(points)


def test_old_stretches_become_one_that_keeps_low_high_and_last() -> None:
    points = kept([reading(n, False, 100.0 if n == 5 else float(n % 3)) for n in range(100_000)])

    assert points[0] == replace(points[0], at=START, met=False, low=0.0, high=100.0)
    assert points[0].count > 100


def test_a_break_and_an_edge_are_still_seen_long_after() -> None:
    odd = {1_000: reading(1_000, None), 2_000: reading(2_000, True, 1.0)}
    points = kept([odd.get(n) or reading(n, False, math.sin(n)) for n in range(MONTH)])

    assert [p for p in points if p.met is not False] == [past.first(each) for each in odd.values()]


@pytest.mark.parametrize("kinds", [[False], [False, True], [False, True, None]])
def test_however_noisy_it_is_the_past_stays_small(kinds: list[bool | None]) -> None:
    month = [reading(n, kinds[n % len(kinds)], math.sin(n)) for n in range(MONTH)]

    assert [len(kept(month[:many])) <= past.MOST for many in (1_440, MONTH)] == [True, True]


@settings(deadline=None, max_examples=60)
@given(READINGS)
def test_thinning_loses_no_reading_and_no_extreme(
    steps: list[tuple[float, bool | None, float | None]],
) -> None:
    readings = read(steps)
    whole = [past.first(each) for each in readings]
    small = past.thinned(kept(readings))

    assert _summed(small) == _summed(whole)


@settings(deadline=None, max_examples=60)
@given(READINGS)
def test_a_thinned_past_is_small_in_order_and_exact_where_it_is_new(
    steps: list[tuple[float, bool | None, float | None]],
) -> None:
    points = [past.first(each) for each in read(steps)]
    small = past.thinned(points)

    assert len(small) <= past.RECENT + past.OLDER
    assert list(small) == sorted(small, key=lambda point: point.at)
    assert small[-past.RECENT :] == tuple(points[-past.RECENT :])


@settings(deadline=None, max_examples=30)
@given(READINGS)
def test_thinning_twice_is_thinning_once(steps: list[tuple[float, bool | None, float | None]]) -> None:
    small = past.thinned([past.first(each) for each in read(steps)])

    assert past.thinned(small) == small


def _summed(points: Sequence[Point]) -> object:
    """How many readings of each kind, from when to when, and how low and high."""
    kinds = {point.met for point in points}
    of = {kind: [point for point in points if point.met is kind] for kind in kinds}
    return {
        kind: (
            sum(point.count for point in found),
            min(point.at for point in found),
            max(point.until for point in found),
            min((point.low for point in found if point.low is not None), default=None),
            max((point.high for point in found if point.high is not None), default=None),
        )
        for kind, found in of.items()
    }


# --- in a line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ([], ""),
        ([(False, 3.0)], ""),
        ([(False, 3.0), (False, 3.0)], "▄▄"),
        ([(False, float(n)) for n in range(8)], "▁▂▃▄▅▆▇█"),
        ([(False, 1.0), (None, None), (False, 2.0)], "▁×█"),
        ([(False, None), (False, None), (True, None), (None, None)], "▁▁█×"),
        ([(False, 0.0)] * 10 + [(True, 9.0)] + [(False, 0.0)] * 10, "▁▁▁▁▁▁▁▁▁▁█▁▁▁▁▁▁▁▁▁▁"),
    ],
)
def test_a_line_shows_the_past(found: list[tuple[bool | None, float | None]], line: str) -> None:
    assert past.spark(kept([reading(n, met, value) for n, (met, value) in enumerate(found)])) == line


def test_a_spike_among_thousands_is_seen_in_the_line() -> None:
    points = kept([reading(n, False, 50.0 if n == 777 else float(n % 2)) for n in range(20_000)])

    assert past.spark(points) == "██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁"
