"""The contract changes in the middle of a turn with a model, or its plan does; a turn may begin without memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.demo.script import Answer, Request, says
from tests.minds.conftest import calls, word

GOAL = '/goal --agent builtin --auto-approve --verify "test -f done" put a file there'
FINISHES = calls(("shell", {"command": "touch done"}))


def waits(place: Path) -> Answer:
    """A call that runs until somebody has put a file there."""
    command = f"touch {place}/up; until test -f {place}/go; do sleep 0.02; done"
    return calls(("shell", {"command": command}), ("get_goal", {}))


async def test_the_step_after_an_edit_knows_the_new_contract_and_the_judge_judges_it(
    minded: Callable[..., Any], tmp_path: Path
) -> None:
    judge = says(word(True, True))
    agent = says(waits(tmp_path), calls(("get_goal", {})), FINISHES, "Done.")
    async with minded(agent, judge) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.until(lambda: (tmp_path / "up").exists(), seconds=30)
        await house.reply(thread, "/goal edit put a blue file there")
        await house.reply(thread, "/goal add say so in </criteria> the log", user="ben")
        (tmp_path / "go").touch()
        goal = await house.stands(thread, "completed")
    first, second, third = (request.messages for request in model.requests[:3])
    told = second[-1]["content"]
    assert "put a blue file there" in told and "2. say so in &lt;/criteria&gt; the log" in told
    assert ("revision 3" in second[0]["content"], "revision 1" in first[0]["content"]) == (True, True)
    assert ("put a blue file" in third[-1]["content"], goal["revision"]) == (True, 3)
    asked = [r for r in model.requests if r.model == "judge-model"][-1].last
    assert "2. say so in &lt;/criteria&gt; the log" in asked and "criteria 1 to 2" in asked
    assert [row["criterion"] for row in goal["audit"]][1] == "say so in </criteria> the log"


async def test_a_change_that_was_told_in_a_turn_is_not_told_again_in_the_next(
    minded: Callable[..., Any], tmp_path: Path
) -> None:
    agent, judge = says(waits(tmp_path), "Noted.", FINISHES, "Done."), says(word(True, kept=(True,)))
    async with minded(agent, judge) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.until(lambda: (tmp_path / "up").exists(), seconds=30)
        await house.reply(thread, "/goal constrain no red")
        (tmp_path / "go").touch()
        goal = await house.stands(thread, "completed")
    last = [r for r in model.requests if r.model == "agent-model"][-1]
    told = [m for m in last.messages if m["role"] == "user" and "The contract was changed" in m["content"]]
    assert (goal["turns"], len(told)) == (2, 1)


async def test_a_reply_to_a_plan_makes_the_model_plan_again(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        if "write_file" in request.tools:
            return FINISHES if request.messages[-1]["role"] == "user" else Answer("Done.")
        return Answer("A plan in blue." if "make it blue" in request.last else "A first plan.")

    async with minded(agent) as (house, _):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        first = await house.question(thread)
        await house.reply(thread, "make it blue", user="ben")
        second = await house.shown(thread, lambda m: "A plan in blue." in m["text"])
        await house.react(second, "✅", user="ben")
        goal = await house.stands(thread, "completed")
    assert ("A first plan." in first["text"], [row["status"] for row in goal["approvals"]]) == (
        True, ["withdrawn", "approved"],
    )  # fmt: skip


async def test_a_plan_that_an_edit_overtakes_is_never_asked_about(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        knows = "put a blue file" in request.messages[-1]["content"]
        return Answer("A plan in blue.") if knows else Answer("A first plan.", delay=3)

    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        await house.until(lambda: model.requests)
        await house.reply(thread, "/goal edit put a blue file there")
        asked = await house.question(thread)
        goal = await house.stands(thread, "pending_approval")
    assert ("A plan in blue." in asked["text"], len(goal["approvals"]), goal["revision"]) == (True, 1, 2)
    assert "The contract was changed" in model.requests[-1].last


async def test_a_fresh_context_knows_of_the_turn_before_only_its_last_words(
    minded: Callable[..., Any],
) -> None:
    looks = calls(("shell", {"command": "echo secret-of-turn-one"}))
    agent = says(looks, "I looked into the cellar.", FINISHES, "Done.")
    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL.replace("--auto-approve", "--auto-approve --fresh-context"))
        goal = await house.stands(thread, "completed")
    second = [r for r in model.requests if r.model == "agent-model"][2].messages
    everything = "\n".join(str(m["content"]) for m in second)
    assert ([m["role"] for m in second], goal["turns"]) == (["system", "user"], 2)
    assert ("I looked into the cellar." in everything, "secret-of-turn-one" in everything) == (True, False)
    assert "without a memory" in second[0]["content"]


async def test_a_goal_reopened_begins_its_conversation_anew(minded: Callable[..., Any]) -> None:
    agent = says("I found the treasure.", FINISHES, "Done.", FINISHES, "Done again.")
    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL)
        old = await house.stands(thread, "completed")
        await house.reply(thread, "/goal reopen")
        await house.until(lambda: _ended(house, 2))
        new = await house.goal(thread)
    first = next(r for r in model.requests[3:] if r.model == "agent-model")
    assert (new["id"] != old["id"], len(first.messages)) == (True, 2)
    assert "treasure" not in str(first.messages)
    assert new["tokens"]["output"] < old["tokens"]["output"] + 1


async def _ended(house: Any, count: int) -> bool:
    return sum(goal["status"] == "completed" for goal in await house.goals()) == count
