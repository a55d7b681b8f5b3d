"""Prices and windows, from a list like litellm's and from the one that comes with it."""

import pytest

from goals.domain.usage import Price
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
    "per-second": {"litellm_provider": "openai", "output_cost_per_second": 0.01},
}


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("big", Price(0.11, 0.055, 4.0)),
        ("openai/big", Price(0.11, 0.055, 4.0)),
        ("openai/plain", Price(1.0, 1.0, 2.0)),
        ("groq/fast", Price(1.0, 1.0, 1.0)),
    ],
)
def test_a_price_is_in_usd_per_million_tokens(model: str, price: Price) -> None:
    assert prices.price(model, LIST) == price


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
