"""Tokens and money: counted from the goal's first call, spent exactly at the limit, wound down once, raised once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Request, Script, Tokens, says
from tests.minds.conftest import calls

FAILING = '--agent builtin --auto-approve --no-progress-limit 99 --verify "test -f done"'


def talks(input_: int, output: int, cached: int = 0) -> Script:
    """An agent that only talks, every reply at this cost; its last words are cheap."""

    def script(request: Request) -> Answer:
        if not request.tools:
            return Answer("The parser is half done.", tokens=Tokens(10, 0, 10))
        return Answer("I am thinking.", tokens=Tokens(input_, cached, output))

    return script


def wind_downs(model: Any) -> int:
    return sum("# Last words" in request.last for request in model.requests)


def agent_calls(model: Any) -> int:
    return sum(r.model == "agent-model" and bool(r.tools) for r in model.requests)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [("50k", 50_000), ("1.5m", 1_500_000), ("1e6", 1_000_000), ("=9500", 9500)],
)
async def test_a_token_budget_is_read_as_people_write_it(
    minded: Callable[..., Any], given: str, allowed: int
) -> None:
    async with minded(talks(20, 8)) as (house, _):
        thread = await house.say("demo", f"/goal --agent builtin --token-budget {given} document the parser")
        goal = await house.goal(thread)
        assert (goal["budgets"]["max_tokens"], goal["objective"]) == (allowed, "document the parser")


@pytest.mark.parametrize("given", ["-5", "50q", "0"])
async def test_a_budget_that_is_no_amount_is_refused_and_nothing_is_asked(
    minded: Callable[..., Any], given: str
) -> None:
    async with minded(talks(20, 8)) as (house, model):
        thread = await house.say("demo", f"/goal --agent builtin --token-budget {given} document the parser")
        await house.settled()
        assert (len(await house.texts(thread)), await house.goals(), model.requests) == (1, [], [])


async def test_a_channels_limit_is_the_budget_of_who_names_none_and_more_needs_an_approver(
    minded: Callable[..., Any],
) -> None:
    channels = {"local:demo": {"max_usd": 2, "approve": ["ben"]}}
    async with minded(talks(20, 8), channels=channels) as (house, _):
        silent = await house.say("demo", "/goal --agent builtin document the parser")
        less = await house.say("demo", "/goal --agent builtin --max-usd 1 document the lexer")
        more = await house.say("demo", "/goal --agent builtin --max-usd 3 document the printer")
        await house.settled()
        (refused,) = await house.texts(more)
        approver = await house.say("demo", "/goal --agent builtin --max-usd 3 document it all", user="ben")
        budgets = [(await house.goal(thread))["budgets"]["max_usd"] for thread in (silent, less, approver)]
    assert budgets == [2, 1, 3]
    assert refused.startswith("A goal may cost at most $2 here") and 'approve = ["ana"]' in refused


async def test_a_budget_in_money_is_refused_where_a_model_has_no_price(minded: Callable[..., Any]) -> None:
    async with minded(talks(20, 8), model={"prices": {}}) as (house, _):
        thread = await house.say("demo", "/goal --agent builtin --max-usd 2 document the parser")
        await house.settled()
        (said,) = await house.texts(thread)
        assert ('[model.prices."openai/agent-model"]' in said, await house.goals()) == (True, [])


async def test_cached_input_is_shown_apart_and_not_counted(minded: Callable[..., Any]) -> None:
    async with minded(talks(20, 8, cached=5)) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} --max-turns 1 put a file there")
        goal = await house.stands(thread, "paused")
    used = goal["usage_by_purpose"]["agent"]
    assert {name: used[name] for name in ("fresh", "cached", "output")} == {
        "fresh": 15, "cached": 5, "output": 8,
    }  # fmt: skip


async def test_what_a_provider_writes_to_its_cache_is_fresh_input_at_its_own_price(
    minded: Callable[..., Any],
) -> None:
    """By litellm's own list: 3 usd per million of fresh input, 3.75 written, 0.3 cached, 15 of output."""
    talk = Answer("I am thinking.", tokens=Tokens(input=100_000, cached=10_000, output=1_000, written=50_000))
    named, others = (
        {"agent": "anthropic/claude-sonnet-4-5", "api_key": "sk-a"},
        {"claude-sonnet-4-5": says(talk)},
    )
    async with minded(talks(0, 0), judge=None, model=named, others=others) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} --max-turns 1 put a file there")
        goal = await house.stands(thread, "paused")
    assert goal["usage_by_purpose"]["agent"] == {
        "fresh": 90_000, "cached": 10_000, "output": 1_000, "usd": pytest.approx(0.12 + 0.1875 + 0.003 + 0.015),
    }  # fmt: skip


@pytest.mark.parametrize(("count_cached", "turns"), [(False, 3), (True, 2)])
async def test_cached_input_counts_where_the_settings_say_so(
    minded: Callable[..., Any], count_cached: bool, turns: int
) -> None:
    async with minded(talks(6_000, 100, cached=5_000), defaults={"count_cached": count_cached}) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} --max-tokens 10k --max-turns 3 put a file there")
        goal = await house.stands(thread, "paused")
    assert goal["turns"] == turns


async def test_a_goal_pays_for_its_own_calls_only(minded: Callable[..., Any]) -> None:
    async with minded(talks(900, 100)) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} --max-turns 2 put a file there")
        before = await house.stands(thread, "paused")
        await house.reply(thread, f"/goal --replace {FAILING} --max-turns 1 put another file there")
        await house.until(lambda: _ids(house, 2))
        goal = await house.stands(thread, "paused")
    sums = [g["usage_by_purpose"]["agent"]["fresh"] for g in (before, goal)]
    assert (sums, goal["id"] == before["id"]) == ([1800, 900], False)


@pytest.mark.parametrize(("used", "turns"), [(10_000, 1), (9_999, 2)])
async def test_an_allowance_used_exactly_to_its_end_is_spent_and_wound_down_once(
    minded: Callable[..., Any], used: int, turns: int
) -> None:
    def script(request: Request) -> Answer:
        return talks(used - 100, 100)(request) if request.nth == 1 else talks(10, 10)(request)

    async with minded(script) as (house, model):
        line = f"/goal {FAILING} --token-budget 10000 --max-turns 2 put a file there"
        thread = await house.say("demo", line)
        goal = await house.stands(thread, "paused")
    # With a single token left no further call can be paid for, so that the second turn ends before it began.
    assert (goal["reason"], goal["turns"], agent_calls(model), wind_downs(model)) == ("budget", turns, 1, 1)


async def test_a_turn_of_text_that_crosses_the_limit_is_wound_down_once(minded: Callable[..., Any]) -> None:
    async with minded(talks(19_000, 2_000)) as (house, model):
        thread = await house.say("demo", f"/goal {FAILING} --token-budget 20k put a file there")
        goal = await house.stands(thread, "paused")
        pause = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    assert (goal["reason"], wind_downs(model), agent_calls(model)) == ("budget", 1, 1)
    assert "The parser is half done." in pause["text"] and "wind_down" in goal["usage_by_purpose"]


async def test_more_tokens_let_the_same_goal_go_on_with_its_sums(minded: Callable[..., Any]) -> None:
    async with minded(talks(19_000, 2_000)) as (house, model):
        thread = await house.say("demo", f"/goal {FAILING} --token-budget 20k put a file there")
        first = await house.stands(thread, "paused")
        (stays,) = await house.reply(thread, "/goal resume")
        said, *_ = await house.reply(thread, "/goal budget +30k")
        await house.until(lambda: _turns(house, thread, 3))
        goal = await house.stands(thread, "paused")
    assert ("stays paused" in stays, "50" in said) == (True, True)
    assert (goal["id"], goal["budgets"]["max_tokens"], wind_downs(model)) == (first["id"], 50_000, 2)
    assert goal["usage_by_purpose"]["agent"]["fresh"] == 2 * 19_000


async def test_a_goal_that_could_not_pay_its_next_call_stays_paused_until_it_gets_more(
    minded: Callable[..., Any],
) -> None:
    async with minded(talks(9_000, 500)) as (house, model):
        thread = await house.say("demo", f"/goal {FAILING} --token-budget 10k put a file there")
        await house.stands(thread, "paused")
        asked = len(model.requests)
        (said,) = await house.reply(thread, "/goal resume")
        goal = await house.stands(thread, "paused")
    assert ("stays paused" in said, goal["reason"], len(model.requests)) == (True, "budget", asked)


@pytest.mark.parametrize(
    ("limit", "second", "said"),
    [
        ("--token-budget 50k", (20_000, 8_000), "95 % of 50k tokens"),
        ("--max-usd 0.05", (20_000, 2_000), "95 % of $0.05"),
    ],
    ids=["tokens", "usd"],
)
async def test_a_jump_over_thresholds_warns_once_with_the_pace(
    minded: Callable[..., Any], limit: str, second: tuple[int, int], said: str
) -> None:
    steps = {1: (20_000, 0), 2: second}

    def script(request: Request) -> Answer:
        return talks(*steps.get(request.turn, (100_000, 1)))(request)

    async with minded(script) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} {limit} --max-turns 9 put a file there")
        await house.stands(thread, "paused")
        warnings = [m for m in await house.messages(thread) if m["text"].startswith("⚠️")]
    assert [(said in m["text"], "left" in m["text"]) for m in warnings] == [(True, True)]


async def test_a_raise_button_for_tokens_that_is_pressed_twice_raises_once(
    minded: Callable[..., Any],
) -> None:
    async with minded(talks(19_000, 2_000)) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} --token-budget 20k put a file there")
        await house.stands(thread, "paused")
        pause = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
        await house.press(pause, "raise")
        await house.press(pause, "raise", user="ben")
        goal = await house.stands(thread, "paused")
    assert goal["budgets"]["max_tokens"] == 30_000


async def test_an_answer_without_usage_is_counted_by_estimate_and_marked(minded: Callable[..., Any]) -> None:
    async with minded(lambda request: Answer("I am thinking.", usage=False)) as (house, _):
        thread = await house.say("demo", f"/goal {FAILING} --max-turns 1 put a file there")
        goal = await house.stands(thread, "paused")
        totals = await house.core.store.ledger.totals(goal["id"])
    assert (totals.estimated, totals.fresh > 500, totals.output > 0) == (True, True, True)
    assert (goal["tokens"]["fresh"], goal["tokens"]["output"]) == (totals.fresh, totals.output)


async def _ids(house: Any, count: int) -> bool:
    return len(await house.goals()) == count


async def _turns(house: Any, thread: str, turns: int) -> bool:
    return bool((await house.goal(thread))["turns"] >= turns)


async def test_a_raise_while_the_last_turn_is_checked_lets_the_goal_go_on(
    minded: Callable[..., Any], tmp_path: Path
) -> None:
    """The agent found too little left for another call; when that is decided about, there is enough."""
    ran = tmp_path / "ran"
    slow = f'--agent builtin --auto-approve --no-progress-limit 99 --verify "echo x >> {ran}; sleep 1; test -f done"'

    async def checked_twice() -> bool:
        return ran.exists() and len(ran.read_text().splitlines()) > 2

    async with minded(talks(9_000, 500)) as (house, model):
        thread = await house.say("demo", f"/goal {slow} --token-budget 10k put a file there")
        await house.until(checked_twice)
        await house.reply(thread, "/goal budget +30k")
        await house.until(lambda: _turns(house, thread, 3))
    assert (agent_calls(model) > 1, wind_downs(model)) == (True, 0)


async def test_a_goal_with_a_budget_in_money_asks_no_model_whose_price_is_gone(
    minded: Callable[..., Any],
) -> None:
    def works(request: Request) -> Answer:
        return calls(("shell", {"command": "sleep 0.2"}))

    async with minded(works) as (house, model):
        thread = await house.say("demo", f"/goal {FAILING} --max-usd 9 put a file there")
        await model.arrived(2)
        house.core.minds.model._model._prices.clear()
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], "costs is not known" in goal["explanation"]) == ("agent", True)
