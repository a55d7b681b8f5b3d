"""Whether a call can be paid for at its worst, and how long its answer may then be."""

from dataclasses import replace

import pytest

from goals.domain.allowance import LEAST_ANSWER, Exhausted, affordable
from goals.domain.usage import Price, Tier, Totals
from goals.domain.values import Budget

PRICE = Price(input=1.0, cached=0.1, output=4.0)
FREE = Price(0.0, 0.0, 0.0)
NONE = Totals()


@pytest.mark.parametrize(
    ("budget", "used", "allowed"),
    [
        (Budget(), NONE, 8_000),
        (Budget(tokens=50_000), NONE, 8_000),
        (Budget(tokens=5_000), NONE, 4_000),
        (Budget(tokens=5_000), Totals(fresh=2_000, output=1_000), 1_000),
        (Budget(tokens=5_000), Totals(reserved_tokens=3_000), 1_000),
        (Budget(tokens=5_000), Totals(cached=900_000), 4_000),
        (Budget(tokens=1_000 + LEAST_ANSWER), NONE, LEAST_ANSWER),
        (Budget(tokens=1_000 + LEAST_ANSWER - 1), NONE, Exhausted("tokens")),
        (Budget(tokens=100), NONE, Exhausted("tokens")),
        (Budget(usd=0.005), NONE, 1_000),
        (Budget(usd=0.005), Totals(usd=0.002, reserved_usd=0.001), 250),
        (Budget(usd=0.001), NONE, Exhausted("usd")),
        (Budget(tokens=2_000, usd=0.005), NONE, 1_000),
        (Budget(tokens=1_500, usd=0.005), NONE, 500),
    ],
)
def test_the_worst_case_of_a_call_stays_within_what_is_left(
    budget: Budget, used: Totals, allowed: int | Exhausted
) -> None:
    assert affordable(budget, used, PRICE, 1_000, 8_000) == allowed


@pytest.mark.parametrize(
    ("input_tokens", "allowed"),
    [(1_000, 1_001), (1_001, 250), (4_000, Exhausted("usd"))],
    ids=["at the tier", "one over it", "too long"],
)
def test_the_worst_case_is_priced_by_the_tier_that_the_input_reaches(
    input_tokens: int, allowed: int | Exhausted
) -> None:
    price = replace(PRICE, beyond=(Tier(1_000, Price(input=2.0, cached=0.2, output=12.0)),))
    assert affordable(Budget(usd=0.005005), NONE, price, input_tokens, 8_000) == allowed


def test_the_worst_case_writes_all_its_input_to_a_cache() -> None:
    assert affordable(Budget(usd=0.005), NONE, replace(PRICE, written=2.0), 1_000, 8_000) == 750


def test_a_call_that_wants_less_than_the_least_answer_is_made() -> None:
    assert affordable(Budget(tokens=1_010), NONE, PRICE, 1_000, 10) == 10


def test_a_model_that_costs_nothing_is_bound_by_tokens_only() -> None:
    assert affordable(Budget(usd=0.01), Totals(usd=0.009), FREE, 1_000_000, 8_000) == 8_000


def test_a_model_whose_answers_cost_nothing_cannot_overdraw_with_its_input() -> None:
    price = Price(input=10.0, cached=1.0, output=0.0)
    assert affordable(Budget(usd=0.01), NONE, price, 1_000_000, 8_000) == Exhausted("usd")
