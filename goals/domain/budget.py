"""Allowances: what is left of them, when one is spent, when people are warned, what a raise makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from goals.domain.amounts import LONGEST
from goals.domain.errors import BadRequest, NotNow
from goals.domain.events import BudgetWarned
from goals.domain.usage import Totals
from goals.domain.values import Budget, Goal, Spent

DIMENSIONS = ("turns", "seconds", "tokens", "usd")

COUNTED = ("tokens", "usd")
"""What model calls use, and nothing else does."""

MORE = {"turns": "+10 turns", "seconds": "+30m", "tokens": "+50k", "usd": "+$2"}
"""What people may add with a word."""


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be used; None is no limit."""

    turns: int | None
    seconds: float | None
    tokens: int | None = None
    usd: float | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """A change of one allowance: by an amount, by a share of it, or to an amount. Seconds for `seconds`.

    `seen` is the allowance that the person saw who asked; where it is another now, the raise was made already.
    """

    dimension: str
    amount: float
    how: Literal["by", "share", "to"] = "by"
    seen: float | None = None


def left(goal: Goal) -> Left:
    rest: dict[str, Any] = {}
    for dimension in DIMENSIONS:
        allowed = getattr(goal.request.budget, dimension)
        rest[dimension] = None if allowed is None else max(0, allowed - getattr(goal.spent, dimension))
    return Left(**rest)


def spent(goal: Goal) -> str:
    """The dimension that is spent, or an empty text. An allowance used exactly to its end is spent."""
    rest = left(goal)
    return next((d for d in DIMENSIONS if getattr(rest, d) == 0), "")


def short(goal: Goal) -> tuple[str, ...]:
    """The dimensions that keep a goal from going on: what is spent, and what was too little for another call."""
    rest = left(goal)
    return tuple(d for d in DIMENSIONS if getattr(rest, d) == 0 or d == goal.winding_down)


def wanting(goal: Goal) -> str:
    """The dimension of which a goal wants more first; empty where nothing is limited."""
    return next(iter(short(goal)), "") or tightest(goal)


def spend(goal: Goal, used: Totals | None, seconds: float = 0.0) -> Goal:
    """The goal with what its ledger says, and so much more active time; open reservations count as used."""
    return replace(goal, spent=charged(goal, used, seconds))


def charged(goal: Goal, used: Totals | None, seconds: float = 0.0) -> Spent:
    seconds += goal.spent.seconds
    if used is None:
        return replace(goal.spent, seconds=seconds)
    tokens = used.tokens(count_cached=goal.request.budget.count_cached) + used.reserved_tokens
    return replace(goal.spent, tokens=tokens, usd=used.usd + used.reserved_usd, seconds=seconds)


def tightest(goal: Goal) -> str:
    """The dimension with the smallest share left; empty where nothing is limited."""
    allowed = {d: getattr(goal.request.budget, d) for d in DIMENSIONS}
    shares = {d: getattr(goal.spent, d) / a for d, a in allowed.items() if a}
    return max(shares, key=lambda d: shares[d], default="")


def warnings(goal: Goal, at: datetime) -> tuple[BudgetWarned, ...]:
    """The warnings that are due now: per dimension the highest threshold crossed and not yet told."""
    due = (_warning(goal, dimension, at) for dimension in DIMENSIONS)
    return tuple(w for w in due if w is not None)


def warned(goal: Goal, events: Sequence[BudgetWarned]) -> Goal:
    if not events:
        return goal
    return replace(goal, warned=goal.warned + tuple(_key(e.dimension, e.percent, e.allowed) for e in events))


def _warning(goal: Goal, dimension: str, at: datetime) -> BudgetWarned | None:
    allowed, used = getattr(goal.request.budget, dimension), getattr(goal.spent, dimension)
    crossed = [round(100 * share) for share in goal.request.warn_at if allowed and used >= share * allowed]
    if not crossed or used >= allowed:
        return None
    told = [p for p in crossed if _key(dimension, p, allowed) in goal.warned]
    if told and max(told) >= max(crossed):
        return None
    pace = used / goal.spent.turns if goal.spent.turns else 0.0
    rest = (allowed - used) / pace if pace else None
    seconds = (allowed - used) * goal.spent.seconds / used
    runs_out = at + timedelta(seconds=seconds) if 0 < seconds < LONGEST else None
    return BudgetWarned(dimension, max(crossed), used, allowed, rest, runs_out)


def _key(dimension: str, percent: int, allowed: float) -> str:
    return f"{dimension}:{percent}:{allowed:g}"


def raised(goal: Goal, change: Raise) -> Budget:
    """The goal's budget after a raise.

    Raises BadRequest when it would not be a number above zero, NotNow when this very raise was made already.
    """
    now = getattr(goal.request.budget, change.dimension)
    if change.seen is not None and now != change.seen:
        raise NotNow(
            f"The budget of goal {goal.id} was changed already: it is {now or 0:g} {_NAMES[change.dimension]} now."
        )
    if now is None and change.how != "to":
        raise BadRequest(
            f"This goal has no limit on {_NAMES[change.dimension]}; set one with `/goal budget =…`."
        )
    value = {
        "by": (now or 0) + change.amount,
        "share": (now or 0) * (1 + change.amount),
        "to": change.amount,
    }[change.how]
    if not value > 0:
        raise BadRequest(f"A budget of {value:g} {_NAMES[change.dimension]} is not above zero.")
    new: dict[str, Any] = {
        change.dimension: round(value) if change.dimension in ("turns", "tokens") else value
    }
    return replace(goal.request.budget, **new)


_NAMES = {"turns": "turns", "seconds": "active time", "tokens": "tokens", "usd": "money"}
