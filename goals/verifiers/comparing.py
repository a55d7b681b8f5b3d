"""The comparisons that verifiers make of a number."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Literal

Operator = Literal["==", "!=", "<", "<=", ">", ">="]

COMPARES: dict[Operator, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
