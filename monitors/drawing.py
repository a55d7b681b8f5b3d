"""What a picture of a monitor's past shows: times without overlaps, edges, and the limit that it is about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from goals.domain.past import GAP
from goals.domain.values import Goal, VerifierSpec
from goals.domain.watching import Point, Watch


@dataclass(frozen=True, slots=True)
class Limit:
    """What the value is compared with; `op` is `<`, `>=` and so on."""

    op: str
    value: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, in the times of a `zone` (IANA). `points` are oldest first, one at least."""

    title: str
    points: tuple[Point, ...]
    zone: str = "UTC"
    limit: Limit | None = None

    @property
    def numbers(self) -> bool:
        return any(point.last is not None for point in self.points)


def drawing(goal: Goal, points: Sequence[Point], title: str) -> Drawing:
    """A goal's past, with the limit of its first verifier that compares a number."""
    watch = goal.request.watch or Watch()
    limits = (found for spec in goal.request.verifiers for found in _limits(spec))
    return Drawing(title, tuple(points), watch.timezone, next(limits, None))


def _limits(spec: VerifierSpec) -> Iterator[Limit]:
    op, value = spec.settings.get("op"), spec.settings.get("value")
    if isinstance(op, str) and isinstance(value, int | float):
        yield Limit(op, float(value))
    for part in spec.parts:
        yield from _limits(part)


def edges(points: Sequence[Point]) -> tuple[Point, ...]:
    """Where it came to be met, the first reading included; a break between two that are met is no edge."""
    known = [point for point in points if point.met is not None]
    first = known[:1] if known and known[0].met else []
    return (*first, *(after for before, after in pairwise(known) if after.met and not before.met))


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which the same was found, or one of which the parts cannot be told apart any more."""

    begin: datetime
    end: datetime
    points: tuple[Point, ...]

    def share(self, met: bool | None) -> float:
        """How much of its readings found this, from 0 to 1."""
        found = sum(point.count for point in self.points if point.met is met)
        return found / sum(point.count for point in self.points)


def spans(points: Sequence[Point]) -> tuple[Span, ...]:
    """The past as times one after the other; each reaches to the next, unless nobody looked for long between."""
    groups: list[list[Point]] = []
    for point in points:
        if groups and point.at < max(each.until for each in groups[-1]):
            groups[-1].append(point)
        else:
            groups.append([point])
    whole = [(group[0].at, max(point.until for point in group)) for group in groups]
    between = sorted(after[0] - before[1] for before, after in pairwise(whole))
    longest = GAP * (between[len(between) // 2] if between else timedelta())
    ends = [after[0] if after[0] - before[1] <= longest else before[1] for before, after in pairwise(whole)]
    ends += [end for _, end in whole[-1:]]
    return tuple(
        Span(begin, end, tuple(group)) for group, (begin, _), end in zip(groups, whole, ends, strict=True)
    )


def line(points: Sequence[Point]) -> list[tuple[datetime, float]]:
    """The value over time; NaN where the line is cut, because a check broke or nobody looked."""
    drawn: list[tuple[datetime, float]] = []
    found = spans(points)
    for span, after in zip(found, (*found[1:], None), strict=True):
        drawn += _vertices(span)
        if span.share(None) == 1 or (after and after.begin > span.end):
            drawn.append((span.end, math.nan))
    return drawn


def _vertices(span: Span) -> list[tuple[datetime, float]]:
    """From the first to the last reading of one value; of several values, what was last, in the middle."""
    valued = [point for point in span.points if point.last is not None]
    if not valued:
        return []
    newest = max(valued, key=lambda point: point.until)
    value = newest.last or 0.0
    if len(valued) > 1 or newest.low != newest.high:
        return [(span.begin + (newest.until - span.begin) / 2, value)]
    return [(at, value) for at in sorted({newest.at, newest.until})]


def number(value: float) -> str:
    """A value as an axis says it: `0.25`, `1,200`, `35k`, `3.5M`."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= max(size, 10_000):
            return f"{value / size:.4g}{letter}"
    return f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"
