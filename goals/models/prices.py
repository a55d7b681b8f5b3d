"""What models cost and how much they hold: litellm's list, read from its file, so that nobody waits for litellm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from goals.domain.usage import Price, Tier

FILE = "model_prices_and_context_window_backup.json"
MILLION = 1_000_000
TIER = re.compile(r"input_cost_per_token(_above_(\d+)k_tokens)")
"""A key of the list that says where a price for long inputs begins."""

Known = Mapping[str, Mapping[str, Any]]


@cache
def known() -> Known:
    """The list that comes with litellm, by its names of models. Blocks for some 40 ms, once."""
    package = find_spec("litellm")
    if package is None or not package.submodule_search_locations:
        return {}
    file = Path(package.submodule_search_locations[0]) / FILE
    models: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return models


def price(model: str, known: Known) -> Price | None:
    """None where the list has no price per token; a price of 0 there means that nobody knows it."""
    entry = _entry(model, known)
    base = _flat(entry)
    return base and replace(base, beyond=tuple(_tiers(entry)))


def window(model: str, known: Known) -> int | None:
    """The most input tokens that a model takes."""
    most = _entry(model, known).get("max_input_tokens")
    return int(most) if isinstance(most, int | float) and most > 0 else None


def _flat(entry: Mapping[str, Any]) -> Price | None:
    """The price of a call with a short input."""
    fresh, output = _per_million(entry, "input_cost_per_token"), _per_million(entry, "output_cost_per_token")
    if not fresh or not output:
        return None
    cached = _per_million(entry, "cache_read_input_token_cost")
    written = _per_million(entry, "cache_creation_input_token_cost")
    return Price(fresh, fresh if cached is None else cached, output, written or None)


def _tiers(entry: Mapping[str, Any]) -> Iterator[Tier]:
    """The prices for long inputs; what such a one does not say is as in the price for short ones."""
    for key in entry:
        if found := TIER.fullmatch(key):
            tail, thousands = found.groups()
            said = {name.removesuffix(tail): cost for name, cost in entry.items() if name.endswith(tail)}
            if price := _flat({**entry, **said}):
                yield Tier(int(thousands) * 1_000, price)


def _entry(model: str, known: Known) -> Mapping[str, Any]:
    """A model stands in the list with its provider's name before it or without."""
    if model in known:
        return known[model]
    provider, _, name = model.partition("/")
    entry = known.get(name, {})
    return entry if entry.get("litellm_provider") == provider else {}


def _per_million(entry: Mapping[str, Any], key: str) -> float | None:
    cost = entry.get(key)
    # Rounded, since 1.1e-07 times a million is 0.10999999999999999.
    return round(cost * MILLION, 9) if isinstance(cost, int | float) and cost >= 0 else None
