"""What people see of models at work: the wait for a provider, warnings of tokens and money, the end of a budget."""

from collections.abc import Callable
from typing import Any

from bot.demo.script import Answer, Call, Refusal, Tokens, says

LOOKS = Answer("", [Call("list_files")], tokens=Tokens(1_000, 0, 100))
STOPS = Answer("I looked around.", tokens=Tokens(1_000, 0, 100))
GOAL = '/goal --agent builtin --auto-approve --verify "test -f there" {} make it'
BUSY = Refusal(429, "Rate limit reached for requests", "rate_limit_exceeded", {"Retry-After": "30"})


async def test_a_wait_for_the_provider_is_said_plainly(minded: Callable[..., Any]) -> None:
    async with minded(says(BUSY, STOPS)) as (house, _):
        thread = await house.say("demo", GOAL.format("--max-turns 1"))
        goal = await house.stands(thread, "waiting", seconds=40)
        card = await house.card(thread, saying="waiting")
        assert goal["reason"] == "provider" and "waiting (provider)" in card["text"]
        assert "It waits until " in card["text"]


async def warning(minded: Callable[..., Any], budget: str) -> tuple[str, list[str]]:
    """What people are told after a first turn that used more than half, and the buttons below it."""
    many = Answer("I looked around.", tokens=Tokens(25_000, 5_000, 1_000))
    async with minded(says(many, Answer(hang=True))) as (house, _):
        thread = await house.say("demo", GOAL.format(budget))
        told = await house.shown(thread, lambda m: m["text"].startswith("⚠️"))
        return told["text"], [button["label"] for button in told["buttons"]]


async def test_tokens_are_warned_of_with_a_way_out(minded: Callable[..., Any]) -> None:
    text, buttons = await warning(minded, "--max-tokens 40k")
    assert "50 % of 40k tokens used" in text and "+50 % tokens" in buttons


async def test_money_is_warned_of_with_a_way_out(minded: Callable[..., Any]) -> None:
    text, buttons = await warning(minded, "--max-usd $0.045")
    assert "50 % of $0.04 used" in text and "+50 % money" in buttons


async def test_a_spent_budget_offers_more_of_what_is_spent(minded: Callable[..., Any]) -> None:
    async with minded(says(LOOKS)) as (house, _):
        thread = await house.say("demo", GOAL.format("--max-tokens 10k"))
        goal = await house.stands(thread, "paused", seconds=40)
        card = await house.card(thread, saying="paused")
        assert goal["reason"] == "budget"
        assert "+50 % tokens" in [b["label"] for b in card["buttons"]]
        assert "budget +50k`" in card["text"]
