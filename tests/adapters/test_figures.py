"""Figures read the way people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.figures import amount, count, cut, duration, money, plural, shares, time_of_day


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (8.6, "9 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (840, "14 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7200, "2 h"),
        (7800, "2 h 10"),
        (7500, "2 h 05"),
        (47 * 3600, "47 h"),
        (2 * 86400, "2 d"),
        (2 * 86400 + 4 * 3600, "2 d 4 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1500, "1.5k"),
        (1999, "1.9k"),
        (41_234, "41k"),
        (99_999, "99k"),
        (100_000, "100k"),
        (1_500_000, "1.5m"),
        (12_000_000, "12m"),
    ],
)
def test_a_count_is_cut_to_thousands_and_millions(number: int, said: str) -> None:
    assert count(number) == said


@pytest.mark.parametrize(
    ("usd", "said"),
    [(0, "$0.00"), (0.001, "< $0.01"), (0.01, "$0.01"), (1.84, "$1.84"), (1234.5, "$1,234.50")],
)
def test_money_has_cents(usd: float, said: str) -> None:
    assert money(usd) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"a": 1.335}, {"a": "$1.33"}),
        ({"a": 0.0745, "b": 0.0145}, {"a": "$0.07", "b": "$0.02"}),
        ({"a": 0.0748, "b": 0.0042}, {"a": "$0.08", "b": "< $0.01"}),
        ({"a": 1.005, "b": 1.005, "c": 1.005}, {"a": "$1.01", "b": "$1.00", "c": "$1.00"}),
        ({"a": 0.004, "b": 0.0}, {"a": "< $0.01", "b": "$0.00"}),
        ({}, {}),
    ],
    ids=["half a cent", "rounded up", "hardly anything", "alike", "nothing", "none"],
)
def test_parts_of_a_sum_of_money_add_up(parts: dict[str, float], said: dict[str, str]) -> None:
    assert shares(parts) == said


@given(st.dictionaries(st.text(max_size=3), st.floats(0.01, 1_000), max_size=9))
def test_parts_of_money_always_add_up_to_the_cent(parts: dict[str, float]) -> None:
    cents = [int(part.replace(",", "").replace("$", "").replace(".", "")) for part in shares(parts).values()]
    assert sum(cents) == round(100 * float(f"{sum(parts.values()):.2f}"))


@pytest.mark.parametrize(
    ("dimension", "number", "said"),
    [
        ("turns", 1, "1 turn"),
        ("turns", 20, "20 turns"),
        ("time", 7800, "2 h 10"),
        ("tokens", 41_000, "41k tokens"),
        ("usd", 5, "$5.00"),
    ],
)
def test_an_amount_is_said_in_the_words_of_its_dimension(dimension: str, number: float, said: str) -> None:
    assert amount(dimension, number) == said


def test_a_noun_agrees_with_its_number() -> None:
    assert [plural(n, "turn") for n in (0, 1, 2, 1200)] == ["0 turns", "1 turn", "2 turns", "1,200 turns"]


def test_a_time_is_said_in_utc_whatever_its_zone() -> None:
    assert time_of_day("2026-11-03T16:02:31+02:00") == "14:02 UTC"


@pytest.mark.parametrize(
    ("text", "said"),
    [("short", "short"), ("two\n lines", "two lines"), ("abcdefgh", "abcde…"), ("abcd fgh", "abcd…")],
)
def test_a_cut_text_is_one_line_and_says_that_it_was_cut(text: str, said: str) -> None:
    assert cut(text, 6 if len(text) == 8 else 20) == said
