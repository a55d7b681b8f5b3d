"""What a raise of a budget asks for, whether it was written or a button was pressed."""

from __future__ import annotations

import re

from goals.domain.amounts import Amount
from goals.domain.budget import Raise
from goals.domain.errors import BadRequest

PRESSED = re.compile(r"([a-z0-9]+):(turns|seconds|tokens|usd):\+([1-9][0-9]{0,2})%")


def change_of(amount: Amount) -> Raise:
    """`+10 turns` adds, `=$5` sets."""
    return Raise(amount.dimension, amount.value, "by" if amount.raises else "to")


def pressed(value: str) -> tuple[str, Raise]:
    """The goal's id and the raise in a button's value, `g7k2:turns:+50%`. Raises BadRequest for any other text."""
    match = PRESSED.fullmatch(value)
    if match is None:
        raise BadRequest("This button is no longer understood; `/goal budget +10 turns` does the same.")
    return match[1], Raise(match[2], int(match[3]) / 100, "share")
