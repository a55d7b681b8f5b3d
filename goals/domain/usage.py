"""What model calls use and cost: per call, reserved before it and settled after it, and in sum per goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    AGENT = "agent"
    PLAN = "plan"
    WIND_DOWN = "wind_down"
    JUDGE = "judge"
    DRAFT = "draft"
    COMPACTION = "compaction"


@dataclass(frozen=True, slots=True)
class Price:
    """Usd per million tokens: fresh input, cached input, output, and input that is written to a cache, which costs
    what fresh input does where nothing is said. `beyond` are the prices of calls with a long input.
    """

    input: float
    cached: float
    output: float
    written: float | None = None
    beyond: tuple[Tier, ...] = ()

    def at(self, input_tokens: int) -> Price:
        """The price of a call whose whole input, fresh and cached, is this long."""
        reached = [tier for tier in self.beyond if input_tokens > tier.above]
        return max(reached, key=lambda tier: tier.above).price if reached else self

    def cost(self, fresh: int, cached: int, output: int, written: int = 0) -> float:
        """Usd. `written` is the part of the fresh input that was written to a cache."""
        at = self.at(fresh + cached)
        usd = (fresh - written) * at.input + cached * at.cached + output * at.output
        return (usd + written * (at.input if at.written is None else at.written)) / 1_000_000

    def worst(self, input_tokens: int, output: int) -> float:
        """Usd at most: nothing comes from a cache, and all is written to one where that costs more."""
        return max(self.cost(input_tokens, 0, output, written) for written in (0, input_tokens))


@dataclass(frozen=True, slots=True)
class Tier:
    """What a call costs in all its parts when its input is longer than `above` tokens."""

    above: int
    price: Price


@dataclass(frozen=True, slots=True)
class Usage:
    """One model call, settled. `fresh` and `cached` are input tokens that do not overlap; `usd` is None for a
    model without a price. `estimated`: the provider did not say, or a crash came between.
    """

    model: str
    purpose: Purpose
    fresh: int
    cached: int
    output: int
    usd: float | None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Reservation:
    """The worst case of a call, stored before it is made."""

    id: str
    goal_id: str
    model: str
    purpose: Purpose
    tokens: int
    usd: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """What a goal has used in all. `reserved_*` belong to calls that are under way."""

    fresh: int = 0
    cached: int = 0
    output: int = 0
    usd: float = 0.0
    reserved_tokens: int = 0
    reserved_usd: float = 0.0
    estimated: bool = False
    by_model: Mapping[str, float] = field(default_factory=dict)
    by_purpose: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def tokens(self, *, count_cached: bool) -> int:
        """What counts against a budget in tokens."""
        return self.fresh + self.output + (self.cached if count_cached else 0)


def totals(rows: Iterable[Usage], open_: Iterable[Reservation] = ()) -> Totals:
    """The sums over a goal's ledger."""
    rows, open_ = list(rows), list(open_)
    by_model: dict[str, float] = {}
    by_purpose: dict[str, dict[str, float]] = {}
    for row in rows:
        by_model[row.model] = by_model.get(row.model, 0.0) + (row.usd or 0.0)
        sums = by_purpose.setdefault(row.purpose, {"fresh": 0, "cached": 0, "output": 0, "usd": 0.0})
        for name in ("fresh", "cached", "output"):
            sums[name] += getattr(row, name)
        sums["usd"] += row.usd or 0.0
    return Totals(
        fresh=sum(r.fresh for r in rows),
        cached=sum(r.cached for r in rows),
        output=sum(r.output for r in rows),
        usd=sum(r.usd or 0.0 for r in rows),
        reserved_tokens=sum(r.tokens for r in open_),
        reserved_usd=sum(r.usd for r in open_),
        estimated=any(r.estimated for r in rows),
        by_model=by_model,
        by_purpose=by_purpose,
    )
