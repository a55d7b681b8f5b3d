"""What a raise of a budget asks for, whether it was written or a button was pressed."""

from __future__ import annotations

import re

from goals.domain.amounts import Amount
from goals.domain.budget import Raise
from goals.domain.errors import BadRequest

PRESSED = re.compile(r"([a-z0-9]+):(turns|seconds|tokens|usd):\+([1-9][0-9]{0,2})(%?):([0-9]+(?:\.[0-9]+)?)")


def change_of(amount: Amount) -> Raise:
    """`+10 turns` adds, `=$5` sets."""
    return Raise(amount.dimension, amount.value, "by" if amount.raises else "to")


def value(goal_id: str, dimension: str, percent: int, allowed: float) -> str:
    """What a button carries that raises an allowance by a share of what it is now: `g7k2:turns:+50%:20`."""
    return f"{goal_id}:{dimension}:+{percent}%:{_number(allowed)}"


def dollars(goal_id: str, more: int, allowed: float) -> str:
    """What a button carries that adds so many dollars to an allowance: `g7k2:usd:+2:5`."""
    return f"{goal_id}:usd:+{more}:{_number(allowed)}"


def _number(allowed: float) -> str:
    return str(int(allowed)) if allowed == int(allowed) else repr(allowed)


def pressed(value: str) -> tuple[str, Raise]:
    """The goal's id and the raise in a button's value, which is good for the allowance it names only.

    Raises BadRequest for any other text.
    """
    match = PRESSED.fullmatch(value)
    if match is None:
        raise BadRequest("This button is no longer understood; `/goal budget +10 turns` does the same.")
    goal_id, dimension, number, percent, seen = match.groups()
    if percent:
        return goal_id, Raise(dimension, int(number) / 100, "share", seen=float(seen))
    return goal_id, Raise(dimension, int(number), "by", seen=float(seen))
