"""Which goal, and which turn of it, what a task does belongs to: the log says so."""

from __future__ import annotations

from contextvars import ContextVar

_GOAL: ContextVar[str] = ContextVar("goal", default="")
_TURN: ContextVar[int | None] = ContextVar("turn", default=None)


def begin(goal_id: str) -> None:
    """What this task does from now on, and the tasks that it makes, is for this goal."""
    _GOAL.set(goal_id)
    _TURN.set(None)


def turn(number: int) -> None:
    _TURN.set(number)


def now() -> dict[str, str | int]:
    """`goal` and `turn`, as far as they are known."""
    goal_id, number = _GOAL.get(), _TURN.get()
    found: dict[str, str | int] = {"goal": goal_id} if goal_id else {}
    return found if number is None else {**found, "turn": number}
