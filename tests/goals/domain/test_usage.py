"""What calls use and cost, one by one and in sum."""

from dataclasses import replace

import pytest

from goals.domain.usage import Price, Purpose, Reservation, Tier, Totals, Usage, totals
from tests.given import NOW

LONG, LONGER = Price(2.0, 0.2, 6.0, 2.5), Price(10.0, 1.0, 20.0)
TIERED = Price(1.0, 0.1, 4.0, 1.25, (Tier(200_000, LONG), Tier(1_000_000, LONGER)))
MILLION = 1_000_000


def used(purpose: Purpose = Purpose.AGENT, usd: float | None = 0.5, **more: bool) -> Usage:
    return Usage("m", purpose, 15, 5, 8, usd, **more)


@pytest.mark.parametrize(("count_cached", "counted"), [(False, 23), (True, 28)])
def test_what_counts_is_fresh_input_and_output_and_cached_input_where_it_is_asked_for(
    count_cached: bool, counted: int
) -> None:
    assert totals([used()]).tokens(count_cached=count_cached) == counted


def test_each_class_of_tokens_has_its_price_per_million() -> None:
    assert Price(1.0, 0.1, 4.0).cost(1_000_000, 2_000_000, 500_000) == pytest.approx(3.2)


@pytest.mark.parametrize(
    ("written", "usd"), [(None, 1.0), (1.25, 1.15), (0.0, 0.4)], ids=["as fresh", "dearer", "for nothing"]
)
def test_what_is_written_to_a_cache_is_fresh_input_at_a_price_of_its_own(
    written: float | None, usd: float
) -> None:
    assert Price(1.0, 0.1, 4.0, written).cost(MILLION, 0, 0, 600_000) == pytest.approx(usd)


@pytest.mark.parametrize(
    ("fresh", "cached", "written", "usd"),
    [
        (0, 0, 0, 0.4),
        (200_000, 0, 0, 0.2 + 0.4),
        (200_001, 0, 0, 0.400002 + 0.6),
        (150_000, 50_000, 0, 0.155 + 0.4),
        (150_000, 50_001, 0, 0.3100002 + 0.6),
        (200_000, 0, 100_000, 0.225 + 0.4),
        (200_001, 0, 100_000, 0.450002 + 0.6),
        (MILLION, 0, 0, 2.0 + 0.6),
        (MILLION + 1, 0, 0, 10.00001 + 2.0),
        (1, MILLION, 1, 1.00001 + 2.0),
    ],
)
def test_a_long_input_raises_the_price_of_the_whole_call(
    fresh: int, cached: int, written: int, usd: float
) -> None:
    assert TIERED.cost(fresh, cached, 100_000, written) == pytest.approx(usd, rel=1e-12)


def test_the_order_in_which_tiers_are_named_changes_nothing() -> None:
    turned = replace(TIERED, beyond=TIERED.beyond[::-1])
    assert [turned.at(n) for n in (200_000, 200_001, 2 * MILLION)] == [turned, LONG, LONGER]


@pytest.mark.parametrize(
    ("price", "input_tokens", "usd"),
    [
        (TIERED, 200_000, 0.25 + 0.4),
        (TIERED, 300_000, 0.75 + 0.6),
        (TIERED, 2 * MILLION, 20.0 + 2.0),
        (Price(1.0, 2.0, 4.0, 0.5), MILLION, 1.0 + 0.4),
    ],
    ids=["written", "written, of a tier", "fresh, of a tier", "written for less"],
)
def test_at_its_worst_a_call_takes_nothing_from_a_cache_and_writes_all_where_that_costs_more(
    price: Price, input_tokens: int, usd: float
) -> None:
    assert price.worst(input_tokens, 100_000) == pytest.approx(usd)


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
