"""A row of the lifecycle's table: a fact, what it makes of a goal, and the statuses in which it may come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from goals.domain import facts
from goals.domain.change import Change
from goals.domain.values import UNFINISHED, Goal, Status

Transition = Callable[[Goal, Any], Change]
Row = tuple[type[facts.Fact], Transition, tuple[Status, ...]]

Q, P, A, W, S = UNFINISHED
"""Queued, pending approval, active, waiting, paused."""
