"""A goal with minds: a model works with tools, another one judges, and nothing is believed."""

from collections.abc import Callable
from typing import Any

from bot.demo.script import Answer, says
from tests.minds.conftest import calls, word

WRITES = calls(("write_file", {"path": "hello.txt", "content": "hello\n"}))
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": "hello.txt says hello"}]}))
GOAL = '/goal --agent builtin --auto-approve --verify "grep -q hello hello.txt" write hello into hello.txt'


async def test_a_model_works_with_tools_until_verifiers_pass_and_the_judge_agrees(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(WRITES, DONE)) as (house, _):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "completed")
    assert (goal["label"], goal["turns"], goal["explanation"]) == (
        "proven", 1, "Every verifier passes and the judge agrees.",
    )  # fmt: skip
    assert goal["audit"][0]["evidence"] == "seen"


async def test_the_plan_is_made_with_tools_that_change_nothing_and_waits_for_approval(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Any) -> Answer:
        if "write_file" not in request.tools:
            return Answer("I will write hello.txt and check it.")
        return WRITES if request.messages[-1]["role"] == "user" else DONE

    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        question = await house.question(thread)
        assert "I will write hello.txt and check it." in question["text"]
        assert "shell" not in model.requests[0].tools
        await house.react(question, "✅", user="ben")
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], "plan" in goal["usage_by_purpose"]) == (1, True)


async def test_the_judge_is_not_asked_while_a_verifier_fails(minded: Callable[..., Any]) -> None:
    async with minded(says(DONE), says(word(True))) as (house, model):
        thread = await house.say("demo", GOAL.replace("/goal", "/goal --max-turns 2"))
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], [r.model for r in model.requests].count("judge-model")) == ("budget", 0)


async def test_what_the_judge_misses_is_told_to_the_agent(minded: Callable[..., Any]) -> None:
    judge = says(word(False, missing="hello.txt has no signature"), word(True))
    async with minded(says(WRITES, DONE, DONE), judge) as (house, model):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "completed")
    told = [m["content"] for m in model.requests[-2].messages if m["role"] == "user"]
    assert goal["turns"] == 2 and "hello.txt has no signature" in told[-1]
