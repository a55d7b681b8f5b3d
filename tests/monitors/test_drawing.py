from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from goals.domain.values import VerifierSpec
from goals.domain.watching import Point, Watch
from monitors import drawing
from monitors.drawing import Drawing, Limit
from tests.given import goal

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute: float) -> datetime:
    return START + minute * MINUTE


def stretch(begin: float, end: float, met: bool | None, value: float | None = None, count: int = 2) -> Point:
    return Point(at(begin), at(end), met, value, value, value, count)


@pytest.mark.parametrize(
    ("found", "places"),
    [
        ([], []),
        ([False, False], []),
        ([True], [0]),
        ([False, True, True, False, True], [1, 4]),
        ([True, None, True], [0]),
        ([None, True], [1]),
        ([False, None, True], [2]),
    ],
)
def test_an_edge_is_where_it_comes_to_be_met(found: Sequence[bool | None], places: list[int]) -> None:
    points = [stretch(n, n, met) for n, met in enumerate(found)]

    assert drawing.edges(points) == tuple(points[place] for place in places)


def test_a_time_reaches_to_the_next_unless_nobody_looked_for_long() -> None:
    points = [stretch(0, 4, False), stretch(5, 9, True), stretch(10, 14, False), stretch(600, 604, False)]

    assert [(span.begin, span.end) for span in drawing.spans(points)] == [
        (at(0), at(5)),
        (at(5), at(10)),
        (at(10), at(14)),
        (at(600), at(604)),
    ]


def test_what_was_merged_is_one_time_with_its_shares() -> None:
    merged = [stretch(0, 58, True, count=30), stretch(1, 59, False, count=60), stretch(2, 57, None, count=10)]
    (span,) = drawing.spans(merged)

    assert [span.share(met) for met in (True, False, None)] == [0.3, 0.6, 0.1]


def test_the_line_is_cut_where_a_check_broke_and_where_nobody_looked() -> None:
    points = [
        stretch(0, 4, False, 7.0),
        stretch(5, 5, None, count=1),
        stretch(6, 6, False, 5.0, count=1),
        stretch(600, 600, False, 3.0, count=1),
    ]

    assert [(when, None if math.isnan(v) else v) for when, v in drawing.line(points)] == [
        (at(0), 7.0),
        (at(4), 7.0),
        (at(6), None),
        (at(6), 5.0),
        (at(6), None),
        (at(600), 3.0),
    ]


def test_of_what_was_merged_the_line_shows_what_was_last() -> None:
    merged = [Point(at(0), at(40), False, 3.0, 1.0, 9.0, 40), Point(at(1), at(60), True, 2.0, 0.0, 2.5, 20)]

    assert drawing.line(merged) == [(at(30), 2.0)]


METRIC = VerifierSpec("metric", {"query": "p99", "op": "<", "value": 300})
TEST = VerifierSpec("test", {"command": "pytest"})


@pytest.mark.parametrize(
    ("verifiers", "limit"),
    [
        ((), None),
        ((TEST,), None),
        ((TEST, METRIC), Limit("<", 300.0)),
        ((VerifierSpec("all", parts=(TEST, METRIC)),), Limit("<", 300.0)),
        ((VerifierSpec("odd", {"op": "<", "value": "300"}),), None),
    ],
)
def test_the_limit_is_that_of_the_first_verifier_with_a_number(
    verifiers: tuple[VerifierSpec, ...], limit: Limit | None
) -> None:
    watch = Watch(timezone="Europe/Berlin")
    points = (stretch(0, 1, True),)
    watched = goal(verifiers=verifiers, watch=watch)

    assert drawing.drawing(watched, points, "p99") == Drawing("p99", points, "Europe/Berlin", limit)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0"),
        (0.25, "0.25"),
        (42.0, "42"),
        (1200.0, "1,200"),
        (-35_000.0, "-35k"),
        (3_500_000.0, "3.5M"),
        (2e9, "2G"),
        (1e15, "1000T"),
    ],
)
def test_numbers_are_short(value: float, told: str) -> None:
    assert drawing.number(value) == told
