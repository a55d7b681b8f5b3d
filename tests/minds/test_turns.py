"""A turn of the built-in agent: steered between steps, bounded in steps, its calls answered in their order."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.demo.script import Answer, Call, Request, Tokens, says
from tests.minds.conftest import calls, word

GOAL = '/goal --agent builtin --auto-approve --verify "test -f done" put a file there'
FINISHES = calls(("shell", {"command": "touch done"}))


async def test_what_people_say_while_a_tool_runs_is_put_before_the_next_step(
    minded: Callable[..., Any], tmp_path: Path
) -> None:
    waits = calls(
        ("shell", {"command": f"touch {tmp_path}/up; until test -f {tmp_path}/go; do sleep 0.02; done"})
    )
    async with minded(says(waits, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.until(lambda: (tmp_path / "up").exists(), seconds=30)
        await house.reply(thread, "mind the docs")
        (tmp_path / "go").touch()
        goal = await house.stands(thread, "completed")
    second = model.requests[1].messages
    assert [m["role"] for m in second] == ["system", "user", "assistant", "tool", "user"]
    assert ("mind the docs" in second[-1]["content"], goal["turns"]) == (True, 1)


async def test_what_was_put_before_a_step_is_not_said_again_in_the_next_turn(
    minded: Callable[..., Any], tmp_path: Path
) -> None:
    waits = calls(
        ("shell", {"command": f"touch {tmp_path}/up; until test -f {tmp_path}/go; do sleep 0.02; done"})
    )
    async with minded(says(waits, "Noted.", FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.until(lambda: (tmp_path / "up").exists(), seconds=30)
        await house.reply(thread, "mind the docs")
        (tmp_path / "go").touch()
        goal = await house.stands(thread, "completed")
    last = [request for request in model.requests if request.model == "agent-model"][-1]
    said = [m for m in last.messages if m["role"] == "user" and "mind the docs" in m["content"]]
    assert (goal["turns"], len(said)) == (2, 1)


async def test_a_turn_has_no_more_model_calls_than_it_may(minded: Callable[..., Any]) -> None:
    async with minded(says(calls(("shell", {"command": "date >> log"}))), defaults={"max_steps": 3}) as (
        house,
        model,
    ):
        thread = await house.say("demo", GOAL.replace("--auto-approve", "--auto-approve --max-turns 2"))
        goal = await house.stands(thread, "paused")
        log = (house.workspace(goal["id"]) / "log").read_text().splitlines()
    asked = [request for request in model.requests if request.tools]
    assert (goal["turns"], len(asked), len(log)) == (2, 6, 6)


async def test_parallel_calls_run_side_by_side_and_are_answered_in_order(
    minded: Callable[..., Any],
) -> None:
    # The first call ends only after the second has run.
    both = calls(
        ("shell", {"command": "until test -f go; do sleep 0.02; done; echo first"}),
        ("shell", {"command": "touch go; echo second"}),
        ("no_such_tool", {}),
    )
    async with minded(says(both, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "completed")
    results = [m for m in model.requests[1].messages if m["role"] == "tool"]
    asked = model.requests[1].messages[2]["tool_calls"]
    assert [m["tool_call_id"] for m in results] == [call["id"] for call in asked]
    assert [
        word in m["content"] for word, m in zip(("first", "second", "no tool"), results, strict=True)
    ] == [True] * 3


async def test_a_goal_names_the_models_that_work_on_it_and_judge_it(minded: Callable[..., Any]) -> None:
    script = says(calls(("shell", {"command": "touch done"})), "Done.")
    scripts = {"other": script, "third": says(word(True))}
    async with minded(says("never asked"), others=scripts) as (house, model):
        named = GOAL.replace("/goal ", "/goal --model openai/other --judge-model openai/third ")
        thread = await house.say("demo", named)
        goal = await house.stands(thread, "completed")
    assert {request.model for request in model.requests} == {"other", "third"}
    assert set(goal["cost_by_model"]) == {"openai/other", "openai/third"}


async def test_a_plan_denied_with_a_reason_is_made_again_with_the_reason_before_the_model(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Request) -> Answer:
        if "write_file" in request.tools:
            return FINISHES if request.messages[-1]["role"] == "user" else Answer("Done.")
        return Answer("Plan with docs." if "too few docs" in request.last else "A first plan.")

    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        first = await house.question(thread)
        await house.reply(thread, "/goal deny too few docs", user="ben")
        second = await house.shown(thread, lambda m: "Plan with docs." in m["text"])
        await house.react(second, "✅", user="ben")
        goal = await house.stands(thread, "completed")
    assert ("A first plan." in first["text"], goal["turns"], len(model.requests) >= 4) == (True, 1, True)


async def test_what_a_judge_or_a_planning_turn_costs_is_counted(minded: Callable[..., Any]) -> None:
    plan = Answer("A plan.", tokens=Tokens(100, 0, 10))
    finishes = Answer("", FINISHES.calls, tokens=Tokens(200, 50, 20))
    done = Answer("Done.", tokens=Tokens(300, 0, 30))
    judge = says(Answer(word(True), tokens=Tokens(400, 0, 40)))
    async with minded(says(plan, finishes, done), judge) as (house, _):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        await house.react(await house.question(thread), "✅", user="ben")
        goal = await house.stands(thread, "completed")
    assert goal["tokens"] == {"fresh": 950, "cached": 50, "output": 100}
    assert {name: row["output"] for name, row in goal["usage_by_purpose"].items()} == {
        "plan": 10, "agent": 50, "judge": 40,
    }  # fmt: skip


async def test_an_agent_that_calls_unknown_tools_in_every_turn_stalls(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        return Answer("hm") if request.messages[-1]["role"] == "tool" else calls(("shel", {"command": "ls"}))

    async with minded(agent) as (house, _):
        thread = await house.say("demo", GOAL)
        async with asyncio.timeout(60):
            goal = await house.stands(thread, "paused", seconds=30)
    assert (goal["reason"], goal["turns"]) == ("stalled", 3)


async def test_an_agent_whose_answer_was_cut_at_its_limit_is_told_so(minded: Callable[..., Any]) -> None:
    half = Answer("", [Call("write_file", '{"path": "long.txt", "content": "once upon')], full=True)
    async with minded(says(half, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "completed")
    told = model.requests[1].messages[-1]
    assert (told["role"], "ended at its limit of tokens" in told["content"]) == ("tool", True)
