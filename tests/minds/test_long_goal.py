"""Two hundred turns: the ledger says what the provider counted, to the token."""

from collections.abc import Callable
from typing import Any

from bot.demo.script import Answer, Request
from tests.minds.conftest import calls, word

TURNS = 200
LIMITS = f"--max-turns {TURNS} --no-progress-limit 999"


async def test_the_ledger_of_a_long_goal_equals_the_providers_count(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        if not request.tools:
            return Answer("Half of it is there.", cached=40)
        if request.messages[-1]["role"] == "tool":
            return Answer(f"Turn {request.turn} is done.", cached=100)
        write = ("write_file", {"path": "count.txt", "content": f"{request.turn}\n"})
        return Answer("", calls(write).calls, cached=request.turn)

    def judge(request: Request) -> Answer:
        return Answer(word(False, missing=f"more, after {request.nth}"), usage=True, cached=7)

    async with minded(agent, judge, defaults={"checkpoint_turns": 0}) as (house, model):
        thread = await house.say("demo", f"/goal --agent builtin --auto-approve {LIMITS} count on")
        goal = await house.stands(thread, "paused", seconds=100)
        totals = await house.core.store.ledger.totals(goal["id"])
        by_role = {name: model.tokens(model=f"{name}-model") for name in ("agent", "judge")}
    counted = model.tokens()
    assert (goal["reason"], goal["turns"]) == ("budget", TURNS)
    assert goal["tokens"] == {
        "fresh": counted.input - counted.cached, "cached": counted.cached, "output": counted.output,
    }  # fmt: skip
    assert (totals.fresh, totals.cached, totals.output) == tuple(goal["tokens"].values())
    assert (totals.estimated, totals.reserved_tokens) == (False, 0)
    sums = goal["usage_by_purpose"]
    agent_input = sum(sums[p]["fresh"] + sums[p]["cached"] for p in ("agent", "wind_down"))
    judge_input = sums["judge"]["fresh"] + sums["judge"]["cached"]
    assert (agent_input, judge_input) == (by_role["agent"].input, by_role["judge"].input)
