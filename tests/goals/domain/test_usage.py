"""What calls use and cost, one by one and in sum."""

import pytest

from goals.domain.usage import Price, Purpose, Reservation, Totals, Usage, totals
from tests.given import NOW


def used(purpose: Purpose = Purpose.AGENT, usd: float | None = 0.5, **more: bool) -> Usage:
    return Usage("m", purpose, 15, 5, 8, usd, **more)


@pytest.mark.parametrize(("count_cached", "counted"), [(False, 23), (True, 28)])
def test_what_counts_is_fresh_input_and_output_and_cached_input_where_it_is_asked_for(
    count_cached: bool, counted: int
) -> None:
    assert totals([used()]).tokens(count_cached=count_cached) == counted


def test_each_class_of_tokens_has_its_price_per_million() -> None:
    assert Price(1.0, 0.1, 4.0).cost(1_000_000, 2_000_000, 500_000) == pytest.approx(3.2)


def test_a_call_without_a_price_is_counted_and_costs_nothing_known() -> None:
    sums = totals([used(usd=None), used()])
    assert (sums.fresh, sums.usd, sums.by_model) == (30, 0.5, {"m": 0.5})


def test_one_estimate_makes_the_sum_an_estimate() -> None:
    assert [totals(rows).estimated for rows in ([used()], [used(), used(estimated=True)])] == [False, True]


def test_what_is_under_way_is_summed_apart() -> None:
    open_ = [Reservation(str(n), "g7k2", "m", Purpose.JUDGE, 100, 0.1, NOW) for n in range(2)]
    sums = totals([used()], open_)
    assert (sums.fresh, sums.reserved_tokens, sums.reserved_usd) == (15, 200, 0.2)


def test_nothing_adds_up_to_nothing() -> None:
    assert totals([]) == Totals()
