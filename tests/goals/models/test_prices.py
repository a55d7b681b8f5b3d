"""Prices and windows, from a list like litellm's and from the one that comes with it."""

import re

import pytest

from goals.domain.usage import Price, Tier
from goals.models import prices

LIST = {
    "big": {
        "litellm_provider": "openai",
        "input_cost_per_token": 1.1e-07,
        "cache_read_input_token_cost": 5.5e-08,
        "output_cost_per_token": 4e-06,
        "max_input_tokens": 128_000,
        "max_output_tokens": 16_000,
    },
    "plain": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
    "groq/fast": {
        "litellm_provider": "groq",
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 1e-06,
    },
    "ollama/own": {"litellm_provider": "ollama", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
    "long": {
        "litellm_provider": "openai",
        "input_cost_per_token": 1e-06,
        "cache_read_input_token_cost": 1e-07,
        "cache_creation_input_token_cost": 1.25e-06,
        "cache_creation_input_token_cost_above_1hr": 2e-06,
        "output_cost_per_token": 4e-06,
        "input_cost_per_token_priority": 3e-06,
        "input_cost_per_token_above_128k_tokens": 2e-06,
        "input_cost_per_token_above_128k_tokens_priority": 9e-06,
        "output_cost_per_token_above_128k_tokens": 6e-06,
        "cache_creation_input_token_cost_above_128k_tokens": 2.5e-06,
        "cache_creation_input_token_cost_above_1hr_above_128k_tokens": 4e-06,
        "input_cost_per_token_above_512k_tokens": 3e-06,
        "cache_read_input_token_cost_above_512k_tokens": 3e-07,
        "output_cost_per_token_above_512k_tokens": 8e-06,
        "cache_creation_input_token_cost_above_512k_tokens": 3.75e-06,
    },
    "unwritten": {
        "litellm_provider": "openai",
        "input_cost_per_token": 1e-06,
        "cache_creation_input_token_cost": 0.0,
        "output_cost_per_token": 2e-06,
    },
    "per-second": {"litellm_provider": "openai", "output_cost_per_second": 0.01},
}


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("big", Price(0.11, 0.055, 4.0)),
        ("openai/big", Price(0.11, 0.055, 4.0)),
        ("openai/plain", Price(1.0, 1.0, 2.0)),
        ("groq/fast", Price(1.0, 1.0, 1.0)),
        ("openai/unwritten", Price(1.0, 1.0, 2.0)),
    ],
)
def test_a_price_is_in_usd_per_million_tokens(model: str, price: Price) -> None:
    assert prices.price(model, LIST) == price


def test_a_longer_input_has_the_price_of_its_tier_and_of_the_short_one_where_the_tier_is_silent() -> None:
    assert prices.price("openai/long", LIST) == Price(
        1.0,
        0.1,
        4.0,
        1.25,
        (
            Tier(128_000, Price(2.0, 0.1, 6.0, 2.5)),
            Tier(512_000, Price(3.0, 0.3, 8.0, 3.75)),
        ),
    )


@pytest.mark.parametrize(
    "model", ["openai/nobody", "deepinfra/big", "fast", "ollama/own", "openai/per-second", ""]
)
def test_a_price_that_nobody_knows_is_none_and_never_zero(model: str) -> None:
    assert prices.price(model, LIST) is None


def test_the_window_is_what_the_list_says() -> None:
    assert [prices.window(model, LIST) for model in ("openai/big", "openai/plain", "nobody")] == [
        128_000,
        None,
        None,
    ]


def test_the_list_that_comes_with_litellm_knows_common_models() -> None:
    known = prices.known()
    assert prices.price("openai/gpt-5", known) == prices.price("gpt-5", known) == Price(1.25, 0.125, 10.0)


def test_the_list_that_comes_with_litellm_knows_what_a_long_input_costs() -> None:
    price = prices.price("gemini/gemini-2.5-pro", prices.known())
    assert price == Price(1.25, 0.125, 10.0, beyond=(Tier(200_000, Price(2.5, 0.25, 15.0)),))


def test_the_list_that_comes_with_litellm_knows_what_writing_to_a_cache_costs() -> None:
    assert prices.price("anthropic/claude-sonnet-4-5", prices.known()) == Price(3.0, 0.3, 15.0, 3.75)


def test_every_tier_of_the_list_that_comes_with_litellm_is_known() -> None:
    known = prices.known()
    told = {
        (model, f"_above_{tier.above // 1_000}k_tokens")
        for model in known
        for tier in getattr(prices.price(model, known), "beyond", ())
    }
    listed = {
        (model, tail)
        for model, entry in known.items()
        for tail in re.findall(r"(?:input|output)_cost_per_token(_above_\d+k?_tokens)\b", " ".join(entry))
        if prices.price(model, known)
    }
    assert told == listed and len(told) > 100
