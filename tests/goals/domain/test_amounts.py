from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain import amounts
from goals.domain.amounts import Amount


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("50k", 50_000),
        ("50K", 50_000),
        ("1.5m", 1_500_000),
        ("1e6", 1_000_000),
        ("=500", 500),
        ("50,000", 50_000),
        ("0.5k", 500),
        (2_000, 2_000),
        (1e6, 1_000_000),
        *[(wrong, None) for wrong in ("-5", "50q", "0", "0k", "", "k", "1.5", "50.000", "1.0001k", "5,00", "٥", "1e99", "9" * 40)],
        *[(wrong, None) for wrong in (0, -1, 1.5, True, None, float("nan"), float("inf"))],
    ],
)  # fmt: skip
def test_tokens_are_read_right_or_not_at_all(written: object, tokens: int | None) -> None:
    assert amounts.tokens(written) == tokens


@pytest.mark.parametrize(
    ("written", "usd"),
    [
        ("$5", 5.0),
        ("5", 5.0),
        ("$0.50", 0.5),
        ("$1,000", 1000.0),
        (2.5, 2.5),
        *[
            (wrong, None)
            for wrong in ("0", "-5", "$-5", "€5", "5$", "", "$", 0, -1, True, None, float("nan"))
        ],
    ],
)
def test_money_is_read_right_or_not_at_all(written: object, usd: float | None) -> None:
    assert amounts.usd(written) == usd


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90m", 5400.0),
        ("2h", 7200.0),
        ("1h30m", 5400.0),
        ("1h 30m", 5400.0),
        ("1.5h", 5400.0),
        ("1d", 86_400.0),
        ("300", 300.0),
        (300, 300.0),
        (0, 0.0),
        *[
            (wrong, None)
            for wrong in ("-5m", "5 parsecs", "m", "", "h1", "99999d", -1, True, None, float("inf"))
        ],
    ],
)
def test_durations_are_read_right_or_not_at_all(written: object, seconds: float | None) -> None:
    assert amounts.seconds(written) == seconds


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2030-01-31T17:00Z", datetime(2030, 1, 31, 17, tzinfo=UTC)),
        ("2030-01-31 17:00+02:00", datetime(2030, 1, 31, 15, tzinfo=UTC)),
        ("2030-01-31 17:00", datetime(2030, 1, 31, 17, tzinfo=UTC)),
        ("2030-01-31", datetime(2030, 1, 31, 23, 59, 59, tzinfo=UTC)),
        *[(wrong, None) for wrong in ("2030-13-01", "tomorrow", "9999-12-31T23:59-12:00", "20300131", "")],
    ],
)
def test_a_moment_is_iso_and_a_date_lasts_to_its_end(written: str, moment: datetime | None) -> None:
    assert amounts.moment(written) == moment


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("+50k", Amount("tokens", 50_000)),
        ("+1m tokens", Amount("tokens", 1_000_000)),
        ("+$2", Amount("usd", 2.0)),
        ("+10 turns", Amount("turns", 10)),
        ("+1 turn", Amount("turns", 1)),
        ("+30m", Amount("seconds", 1800.0)),
        ("=$5", Amount("usd", 5.0, raises=False)),
        ("= 2h", Amount("seconds", 7200.0, raises=False)),
        *[
            (wrong, None)
            for wrong in ("50k", "+500", "+1.5m", "+0 turns", "+-5 turns", "+50q", "+$0", "-$5", "+", "")
        ],
    ],
)
def test_an_allowance_is_changed_by_a_named_amount(written: str, amount: Amount | None) -> None:
    assert amounts.amount(written) == amount


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_nothing_that_is_read_is_below_what_it_may_be(value: object) -> None:
    found = (amounts.count(value), amounts.tokens(value), amounts.usd(value), amounts.period(value))
    assert all(number is None or number > 0 for number in found)
