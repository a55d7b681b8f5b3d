"""Durations, counts, money and times as people say them: "14 min", "2 h 10", "41k", "$1.84", "14:02 UTC"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60, 3600, 86400
HARDLY_ANYTHING = "< $0.01"


def duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < 2 * DAY:
        hours, rest = divmod(whole, HOUR)
        return f"{hours} h {rest // MINUTE:02}" if rest >= MINUTE else f"{hours} h"
    days, rest = divmod(whole, DAY)
    return f"{days} d {rest // HOUR} h" if rest >= HOUR else f"{days} d"


def count(number: float) -> str:
    """A whole number, in thousands and millions from 1,000 on; cut, never rounded up."""
    whole = int(number)
    for unit, name in ((1_000_000, "m"), (1_000, "k")):
        if whole >= unit:
            tenths = whole * 10 // unit
            return (
                f"{tenths // 10}{name}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10:.1f}{name}"
            )
    return str(whole)


def money(usd: float) -> str:
    return HARDLY_ANYTHING if 0 < usd < 0.005 else f"${usd:,.2f}"


def shares(parts: Mapping[str, float]) -> dict[str, str]:
    """Parts of a sum of money, to the cent, so that they add up to what `money` says of the whole."""
    cents = {name: int(100 * usd) for name, usd in parts.items()}
    short = round(100 * round(sum(parts.values()), 2)) - sum(cents.values())
    nearest = sorted(parts, key=lambda name: 100 * parts[name] - cents[name], reverse=True)
    for name in nearest[:short]:
        cents[name] += 1
    return {
        name: money(cents[name] / 100) if cents[name] or not usd else HARDLY_ANYTHING
        for name, usd in parts.items()
    }


def amount(dimension: str, number: float) -> str:
    """A number of a budget's dimension: `turns`, `time` (seconds), `tokens` or `usd`."""
    match dimension:
        case "turns":
            return plural(int(number), "turn")
        case "time" | "seconds":
            return duration(number)
        case "usd":
            return money(number)
    return f"{count(number)} {dimension}"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def time_of_day(at: datetime | str) -> str:
    """An aware time, or one in ISO 8601, as hours and minutes in UTC."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{moment.astimezone(UTC):%H:%M} UTC"


def when(at: datetime, now: datetime, *, exact: bool = False) -> str:
    """A time as it is said at `now`: the time of day (UTC), with the day where that is another one.

    An `exact` one has its seconds.
    """
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    day = (
        "" if at.date() == now.date() else f"{at.day} {at:%b} " if at.year == now.year else f"{at:%Y-%m-%d} "
    )
    return f"{day}{at:%H:%M:%S} UTC" if exact else f"{day}{at:%H:%M} UTC"


def cut(text: str, width: int) -> str:
    """The text on one line of at most `width` characters; … says that something is missing."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
