"""Numbers as people write them: `50k`, `1.5m`, `$5`, `90m`, `1h30m`. Read right, or not at all.

Every function returns None for what it cannot read; nothing is rounded, cut or guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Literal

Dimension = Literal["turns", "seconds", "tokens", "usd"]

LONGEST = 10 * 365 * 86_400.0
"""The longest duration in seconds: ten years."""

_PLAIN = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})"
_NUMBER = rf"(?:{_PLAIN}(?:\.[0-9]{{1,9}})?|\.[0-9]{{1,9}})"
_SCALE = {"": 1, "k": 1_000, "m": 1_000_000}
_UNIT = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_TOKENS = re.compile(rf"({_NUMBER})(e\+?[0-9]{{1,2}})?([km]?)", re.IGNORECASE)
_DURATION = re.compile(r"(?:(?:[0-9]{1,9}(?:\.[0-9]{1,6})?)[smhd]\s*)+", re.IGNORECASE)
_PART = re.compile(r"([0-9.]+)([smhd])", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"([+=])\s*(\S+)(?:\s+(turns?|tokens?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A change of an allowance: `value` in the dimension's unit, added (`raises`) or set."""

    dimension: Dimension
    value: float
    raises: bool = True


def whole(value: object) -> int | None:
    """A whole number of at most 15 digits, with or without a sign."""
    if isinstance(value, str):
        text = value.strip().replace("−", "-")
        return int(text.replace(",", "")) if re.fullmatch(rf"[+-]?{_PLAIN}", text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if abs(value) < 1e15 and value == int(value) else None


def count(value: object) -> int | None:
    """A whole number from 1."""
    number = whole(value)
    return number if number is not None and number > 0 else None


def tokens(value: object) -> int | None:
    """`50k`, `1.5m`, `1e6`, `=500`: a whole number of tokens from 1. A fraction needs its unit."""
    if not isinstance(value, str):
        return count(value)
    match = _TOKENS.fullmatch(value.strip().removeprefix("=").strip())
    if match is None:
        return None
    number, exponent, unit = match[1].replace(",", ""), match[2] or "", match[3].lower()
    if "." in number and not exponent and not unit:
        return None
    amount = Decimal(number + exponent) * _SCALE[unit]
    return int(amount) if 0 < amount < Decimal(10) ** 15 and amount == int(amount) else None


def usd(value: object) -> float | None:
    """`$5`, `5`, `0.50`: US dollars above 0."""
    if isinstance(value, str):
        match = re.fullmatch(rf"=?\s*\$?\s*({_NUMBER})", value.strip())
        number = float(match[1].replace(",", "")) if match else 0.0
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    else:
        number = float(value) if abs(value) < 1e15 else 0.0
    return number if 0 < number < 1e15 else None


def seconds(value: object) -> float | None:
    """`90m`, `2h`, `1h30m`, or a plain number of seconds; from 0 to ten years."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if 0 <= value <= LONGEST else None
    if not isinstance(value, str):
        return None
    text = value.strip().removeprefix("=").strip()
    if re.fullmatch(_NUMBER, text):
        total = float(text.replace(",", ""))
    elif _DURATION.fullmatch(text):
        total = float(sum(Decimal(number) * _UNIT[unit.lower()] for number, unit in _PART.findall(text)))
    else:
        return None
    return total if total <= LONGEST else None


def period(value: object) -> float | None:
    """A duration in seconds, above 0."""
    return seconds(value) or None


def moment(text: str) -> datetime | None:
    """An ISO 8601 time. Without a zone it is UTC; a date alone is the end of that day."""
    text = text.strip()
    if _DATE.match(text) is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        if _DATE.fullmatch(text):
            read = datetime.combine(read, time(23, 59, 59))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def amount(text: str) -> Amount | None:
    """`+50k`, `+$2`, `+10 turns`, `+30m`, `=$5`. `m` is minutes here, unless `tokens` is said."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    raises, number, unit = match[1] == "+", match[2], (match[3] or "").lower().rstrip("s")
    return next((Amount(name, value, raises) for name, value in _readings(number, unit) if value), None)


def _readings(number: str, unit: str) -> tuple[tuple[Dimension, float | None], ...]:
    """What a number may mean. Without a unit of any kind, and for a fraction of `m`, it means nothing."""
    if unit == "turn":
        return (("turns", count(number)),)
    if unit == "token":
        return (("tokens", tokens(number)),)
    if number.startswith("$"):
        return (("usd", usd(number)),)
    if number[-1] in "kK":
        return (("tokens", tokens(number)),)
    if number[-1] in "smhdSMHD" and not re.fullmatch(r"[0-9,]*\.[0-9]+m", number, re.IGNORECASE):
        return (("seconds", period(number)),)
    return ()
