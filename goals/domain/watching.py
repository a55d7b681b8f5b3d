"""How a goal is watched: when it is looked at, what is news, and what was seen so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trigger(StrEnum):
    """What fires a monitor: that it is met, or that what is found changes."""

    MET = "met"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Watch:
    """How it was asked to be watched: every so many seconds, or at the times of `cron` in a time zone (IANA).

    With `repeat` it is armed again after each edge. After `stall_after` same checks in a row people are told once.
    """

    every: float = 60.0
    cron: str = ""
    timezone: str = "UTC"
    trigger: Trigger = Trigger.MET
    repeat: bool = False
    stall_after: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One check, as small as it is kept. `met` is None of a check that broke.

    `mark` is the same for two checks that found the same. Before `again` it is of no use to check once more.
    """

    at: datetime
    met: bool | None
    mark: str = ""
    value: float | None = None
    reason: str = ""
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """What the checks have shown so far.

    `met`, `mark`, `value` and `reason` are those of the last check that was no break, which has been `same` times
    in a row since `since`. `broken` counts the breaks since then, `broke` says why, `broken_at` since when. `fired`
    counts the edges, `checks` all checks. `stalled`: people were told that nothing changes.
    """

    checks: int = 0
    checked_at: datetime | None = None
    met: bool | None = None
    mark: str = ""
    value: float | None = None
    reason: str = ""
    same: int = 0
    since: datetime | None = None
    stalled: bool = False
    broken: int = 0
    broken_at: datetime | None = None
    broke: str = ""
    fired: int = 0
    fired_at: datetime | None = None


class News(StrEnum):
    """What a check brought that is more than the next reading."""

    FIRED = "fired"
    CLEARED = "cleared"
    BROKE = "broke"
    MENDED = "mended"
    STALLED = "stalled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Polled:
    """When a goal's verifiers are looked at next, and what they have shown so far.

    With `sooner` only the time counts where the goal is polled already: the quiet checks since the last news know more.
    """

    at: datetime
    watched: Watched = Watched()
    sooner: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of a monitor's past: `count` readings from `at` to `until`, of values from `low` to `high`.

    `last` is the newest of them. Values are None where none was found; `met` is None where the check broke.
    """

    at: datetime
    until: datetime
    met: bool | None
    last: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 1
