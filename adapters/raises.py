"""What a raise of a budget asks for, whether it was written or a button was pressed."""

from __future__ import annotations

import re

from goals.domain.amounts import Amount
from goals.domain.budget import Raise
from goals.domain.errors import BadRequest

PRESSED = re.compile(r"([a-z0-9]+):(turns|seconds|tokens|usd):\+([1-9][0-9]{0,2})%:([0-9]+(?:\.[0-9]+)?)")


def change_of(amount: Amount) -> Raise:
    """`+10 turns` adds, `=$5` sets."""
    return Raise(amount.dimension, amount.value, "by" if amount.raises else "to")


def value(goal_id: str, dimension: str, percent: int, allowed: float) -> str:
    """What a button carries that raises an allowance by a share of what it is now: `g7k2:turns:+50%:20`."""
    number = str(int(allowed)) if allowed == int(allowed) else repr(allowed)
    return f"{goal_id}:{dimension}:+{percent}%:{number}"


def pressed(value: str) -> tuple[str, Raise]:
    """The goal's id and the raise in a button's value, which is good for the allowance it names only.

    Raises BadRequest for any other text.
    """
    match = PRESSED.fullmatch(value)
    if match is None:
        raise BadRequest("This button is no longer understood; `/goal budget +10 turns` does the same.")
    return match[1], Raise(match[2], int(match[3]) / 100, "share", seen=float(match[4]))
