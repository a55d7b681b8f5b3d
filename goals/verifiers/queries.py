"""What a query may give to a verifier: one value, small enough to be compared and shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

LONGEST = 500
"""Characters; a longer value is not compared."""

Value = Decimal | str

WRITES = "the query would do more than read"
SEVERAL = "the text holds several statements, and one query is wanted"
HUGE = f"the value is longer than {LONGEST} characters"


class NoValue(Exception):
    """There is nothing to compare; `met` says whether that is a "no" or a check that broke. Ends a sentence."""

    def __init__(self, why: str, met: bool | None = None) -> None:
        super().__init__(why)
        self.met = met


def single(columns: int, rows: Sequence[tuple[object, ...]]) -> object:
    """The one field of the one row. Raises NoValue for anything else."""
    if columns != 1:
        raise NoValue(f"the query gives {columns} columns, and one value is wanted")
    if not rows:
        raise NoValue("the query gives no row", met=False)
    if len(rows) > 1:
        raise NoValue("the query gives several rows, and one value is wanted")
    if rows[0][0] is None:
        raise NoValue("the query gives NULL, which is no value", met=False)
    return rows[0][0]


def failing(error: Exception) -> NoValue:
    """What the database says against the query, its first line."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return NoValue(f"the query fails: {said[:200]}")
