"""Whether the next model call can be paid for at its worst, and how long its answer may then be."""

from __future__ import annotations

from dataclasses import dataclass

from goals.domain.usage import Price, Totals
from goals.domain.values import Budget

LEAST_ANSWER = 64
"""Tokens: an answer that may not even be this long is not worth asking for."""


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The call cannot be paid for from what is left of this allowance: `tokens` or `usd`."""

    dimension: str


def affordable(budget: Budget, used: Totals, price: Price, input_tokens: int, wanted: int) -> int | Exhausted:
    """The tokens that the answer may have, at most `wanted`, so that the worst case stays within the budget."""
    longest = wanted
    if budget.tokens is not None:
        spent = used.tokens(count_cached=budget.count_cached) + used.reserved_tokens
        left = budget.tokens - spent - input_tokens
        longest = min(longest, left)
        if longest < min(LEAST_ANSWER, wanted):
            return Exhausted("tokens")
    if budget.usd is not None and (price.input or price.output):
        money = budget.usd - used.usd - used.reserved_usd - price.worst(input_tokens, 0)
        if output := price.at(input_tokens).output:
            longest = min(longest, int(money * 1_000_000 / output))
        if money < 0 or longest < min(LEAST_ANSWER, wanted):
            return Exhausted("usd")
    return longest
