"""What is offered while somebody types fits what they typed, and is never more than a platform shows."""

from __future__ import annotations

import pytest

from adapters.offers import MOST, Named, Offer, offers

NAMED = Named(
    verifiers=("unit", "lint"), agents=("builtin", "fixer"), models=("gpt-5",), hooks=("command:deploy",)
)
GOALS = [Offer("g7k2", "fix the tests · active"), Offer("a2b3", "write the docs · paused")]


@pytest.mark.parametrize(
    ("field", "typed", "offered"),
    [
        ("verify", "", ["unit", "lint"]),
        ("verify", "LI", ["lint"]),
        ("agent", "x", ["fixer"]),
        ("model", "", ["gpt-5"]),
        ("on-achieved", "com", ["command:deploy"]),
        ("max-usd", "5", ["$5"]),
        ("amount", "+5", ["+50k"]),
        ("goal", "", ["g7k2", "a2b3"]),
        ("goal", "docs", ["a2b3"]),
        ("goal", "a", ["a2b3", "g7k2"]),
        ("word", "bud", ["budgets", "budget", "--token-budget"]),
        ("objective", "fix", []),
    ],
)
def test_what_fits_is_offered(field: str, typed: str, offered: list[str]) -> None:
    assert [offer.value for offer in offers(field, typed, NAMED, GOALS)] == offered


def test_no_more_than_a_platform_shows_is_offered() -> None:
    many = [Offer(f"a{number}b", "x") for number in range(40)]
    assert (len(offers("goal", "", NAMED, many)), len(offers("word", "", NAMED, []))) == (MOST, MOST)
