"""A monitor's past, kept small: same readings are one stretch, and old stretches become one that keeps their extremes.

What is new is kept as it was. Old stretches are merged by equal spans of time that double as the past grows, each
span apart by what was found (met, not met, broken): so no spike, no edge and no break is ever smoothed away, and
a year of readings takes as many rows as a day.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate

from goals.domain.watching import Point, Reading

RECENT = 96
"""Stretches that are kept as they were."""
OLDER = 160
"""Stretches that all before them become."""
MOST = RECENT + OLDER + 64
"""Stretches from which on a past is to be thinned."""
GAP = 10.0
"""Times the usual step between two readings: after more than that nobody looked meanwhile."""

_SHORTEST_SPAN = 60.0
_BARS = "▁▂▃▄▅▆▇█"
_EVEN, _BROKE = "▄", "×"


def first(reading: Reading) -> Point:
    """The stretch that a reading begins."""
    value = reading.value if reading.value is not None and math.isfinite(reading.value) else None
    return Point(reading.at, reading.at, reading.met, value, value, value)


def joined(newest: Point, reading: Reading) -> Point | None:
    """The newest stretch with one more reading; None where that begins a stretch of its own (`first`).

    It does when it found something else, and when nobody looked for a while.
    """
    after = first(reading)
    same = (newest.met, newest.low, newest.high) == (after.met, after.last, after.last)
    if not same or _unseen(newest, reading.at):
        return None
    return replace(newest, until=max(newest.until, reading.at), count=newest.count + 1)


def _unseen(stretch: Point, at: datetime) -> bool:
    """Whether it went on for long without anybody looking; of a single reading nobody knows what is long."""
    steps = stretch.count - 1
    return steps > 0 and at - stretch.until > GAP * (stretch.until - stretch.at) / steps


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same past in at most RECENT + OLDER stretches, oldest first: how many readings of what kind, from when to
    when, the lowest and the highest of each stay as they were. Merged stretches of one span may overlap.
    """
    old, recent = points[:-RECENT], points[-RECENT:]
    if len(old) <= OLDER:
        return tuple(points)
    seconds = _SHORTEST_SPAN
    while seconds * OLDER < (old[-1].until - old[0].at).total_seconds():
        seconds *= 2
    while len(merged := _by_span(old, seconds)) > OLDER:
        seconds *= 2
    return (*merged, *recent)


def _by_span(points: Sequence[Point], seconds: float) -> tuple[Point, ...]:
    """What lies within one span is one stretch for each thing found; what reaches beyond stays as it is."""
    found: dict[tuple[object, ...], Point] = {}
    for point in points:
        begin, end = _span(point.at, seconds), _span(point.until, seconds)
        key = (begin, point.met) if begin == end else (begin, point.met, end, point.at)
        found[key] = _merged(found[key], point) if key in found else point
    return tuple(sorted(found.values(), key=lambda point: (point.at, point.until)))


def _span(at: datetime, seconds: float) -> float:
    return at.timestamp() // seconds


def _merged(before: Point, after: Point) -> Point:
    newer = after if after.until >= before.until else before
    return Point(
        min(before.at, after.at),
        max(before.until, after.until),
        before.met,
        newer.last,
        min(_numbers(before.low, after.low), default=None),
        max(_numbers(before.high, after.high), default=None),
        before.count + after.count,
    )


def _numbers(*values: float | None) -> list[float]:
    return [value for value in values if value is not None]


def spark(points: Sequence[Point], width: int = 24) -> str:
    """The past as a line of at most `width` characters, oldest first: of each time what is farthest from the usual.

    `×` is where checks broke. Without numbers a high bar is met. Empty for less than two readings.
    """
    columns = min(width, sum(point.count for point in points))
    if columns < 2:
        return ""
    scale = _Scale.of(points)
    line = [""] * columns
    for point in sorted(points, key=scale.strange):
        begin, end = (_column(points, at, columns) for at in (point.at, point.until))
        line[begin : end + 1] = [scale.bar(point)] * (end + 1 - begin)
    return "".join(accumulate(line, lambda before, bar: bar or before))


def _column(points: Sequence[Point], at: datetime, columns: int) -> int:
    begin, end = points[0].at, max(point.until for point in points[-RECENT:])
    share = (at - begin) / max(end - begin, timedelta(microseconds=1))
    return max(0, min(columns - 1, int(share * columns)))


@dataclass(frozen=True, slots=True)
class _Scale:
    """What is low, usual and high; None where nothing had a number."""

    low: float | None
    usual: float
    high: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> _Scale:
        last = _numbers(*(point.last for point in points))
        if not last:
            return cls(None, 0.0, 0.0)
        low, high = (_numbers(*(getattr(point, end) for point in points)) for end in ("low", "high"))
        return cls(min(low), sorted(last)[len(last) // 2], max(high))

    def strange(self, point: Point) -> float:
        """How far from the usual; a break, which says nothing of the value, is the least of all."""
        if point.met is None or (self.low is not None and point.high is None):
            return -1.0
        return float(point.met) if self.low is None else abs(self._farthest(point) - self.usual)

    def bar(self, point: Point) -> str:
        if point.met is None:
            return _BROKE
        if self.low is None:
            return _BARS[-1 if point.met else 0]
        if self.high == self.low:
            return _EVEN
        share = (self._farthest(point) - self.low) / (self.high - self.low)
        return _BARS[round(share * (len(_BARS) - 1))]

    def _farthest(self, point: Point) -> float:
        return max(
            _numbers(point.low, point.high), key=lambda value: abs(value - self.usual), default=self.usual
        )
