"""The judge's word: read strictly, bound to the tree it was given for, told to the agent, never waited for in vain."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.script import Answer, Call, Request, Tokens, says
from tests.minds.conftest import calls, word
from tests.peers.model import OVERLOADED

PASSING = '--agent builtin --auto-approve --verify "test -f hello.txt"'
WRITES = calls(("write_file", {"path": "hello.txt", "content": "hello\n"}))
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": "hello.txt says hello"}]}))
LONE = '{"score": 1.0}'


def judged(model: Any) -> list[Request]:
    return [request for request in model.requests if request.model == "judge-model"]


def prompts(model: Any) -> list[str]:
    """What the agent was told at the beginning of each turn, as its last call shows it."""
    agent = [request for request in model.requests if request.model == "agent-model"]
    return [m["content"] for m in agent[-1].messages if m["role"] == "user"]


async def test_a_goal_with_one_open_criterion_goes_on_and_the_agent_is_told_which(
    minded: Callable[..., Any],
) -> None:
    half = word(True, False, missing="nobody signed it")
    async with minded(says(WRITES, DONE, DONE), says(half, word(True, True))) as (house, model):
        spec = '--accept "hello.txt greets" --accept "hello.txt is signed"'
        thread = await house.say("demo", f"/goal {PASSING} {spec} write hello.txt")
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], [row["met"] for row in goal["audit"]]) == (2, [True, True])
    assert "nobody signed it" in prompts(model)[-1] and "criterion 2" in prompts(model)[-1]


async def test_a_spent_budget_is_overdrawn_by_one_call_of_the_judge_whatever_it_answers(
    minded: Callable[..., Any],
) -> None:
    works = Answer("", [*WRITES.calls, *DONE.calls], tokens=Tokens(9_900, 0, 90))
    async with minded(says(works), says("Yes, all of it is done.")) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} --token-budget 10k write hello.txt")
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], len(judged(model))) == ("budget", 1)


@pytest.mark.parametrize(
    "answer",
    [f"```json\n{word(True)}\n```", word(True, score=1.5)],
    ids=["fenced", "score over one"],
)
async def test_an_answer_that_can_be_read_completes(minded: Callable[..., Any], answer: str) -> None:
    async with minded(says(WRITES, DONE), says(answer)) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        goal = await house.stands(thread, "completed")
    assert (goal["verdict"]["score"], len(judged(model))) == (1.0, 1)


@pytest.mark.parametrize(
    "answer",
    [
        word(True).replace('"complete": true', '"complete": "true"'),
        word(True).replace('"met": true', '"met": 1'),
        word(True).replace("1.0", "NaN"),
        LONE,
        "Yes, all of it is done.",
        "",
        "x" * 200_000,
        word(True, missing="").replace('"seen"', f'"{"x" * 200_000}"'),
    ],
    ids=[
        "text for true",
        "one for true",
        "NaN",
        "a lone score",
        "prose",
        "empty",
        "200 kB",
        "200 kB of JSON",
    ],
)
async def test_three_answers_that_cannot_be_read_pause_the_goal_with_one_message(
    minded: Callable[..., Any], answer: str
) -> None:
    async with minded(says(WRITES, DONE), says(answer)) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        goal = await house.stands(thread, "paused")
        pauses = [text for text in await house.texts(thread) if text.startswith("⏸")]
    assert (goal["reason"], len(judged(model)), len(pauses), goal["turns"]) == ("judge", 3, 1, 1)


async def test_one_good_answer_after_two_bad_ones_counts(minded: Callable[..., Any]) -> None:
    async with minded(says(WRITES, DONE), says("hm", LONE, word(True))) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        goal = await house.stands(thread, "completed")
    assert (goal["label"], len(judged(model))) == ("proven", 3)


async def test_a_good_answer_resets_the_count_of_bad_ones(minded: Callable[..., Any]) -> None:
    judge = says("hm", "hm", word(False), "hm", "hm", word(True))
    async with minded(says(WRITES, DONE, DONE), judge) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], len(judged(model))) == (2, 6)


async def test_a_verdict_for_a_tree_that_has_changed_since_completes_nothing(
    minded: Callable[..., Any],
) -> None:
    rooms: list[Any] = []

    def judge(request: Request) -> Answer:
        if request.nth == 1:
            (place,) = (rooms[0].state / "workspaces").iterdir()
            (place / "late.txt").write_text("put there while the judge looked")
        return Answer(word(True))

    async with minded(says(WRITES, DONE), judge) as (house, model):
        rooms.append(house)
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        await house.stands(thread, "waiting")
        house.clock.advance(6)
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], ["late.txt" in asked.last for asked in judged(model)]) == (1, [False, True])


async def test_the_judge_sees_the_last_line_of_a_long_output(minded: Callable[..., Any]) -> None:
    tests = calls(("shell", {"command": "seq 1 100000; echo 3 tests FAILED"}))
    async with minded(says(WRITES, tests, DONE), says(word(True))) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        await house.stands(thread, "completed")
    (asked,) = judged(model)
    assert "3 tests FAILED" in asked.last and len(asked.last) < 40_000


async def test_the_judge_sees_the_claim_and_nothing_of_the_agents_system_text(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(WRITES, DONE), says(word(True))) as (house, model):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        await house.stands(thread, "completed")
    (asked,) = judged(model)
    told = asked.messages[0]["content"] + asked.last
    assert ("hello.txt says hello" in told, "You work in turns" in told, asked.tools) == (True, False, ())


async def test_a_judge_that_cannot_be_reached_is_asked_again_without_a_turn(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(WRITES, DONE), says(OVERLOADED, word(True))) as (house, _):
        thread = await house.say("demo", f"/goal {PASSING} write hello.txt")
        await house.stands(thread, "waiting")
        house.clock.advance(6)
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["label"]) == (1, "proven")


async def test_harmless_calls_that_change_nothing_stall_at_the_limit(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        if request.messages[-1]["role"] == "tool":
            return Answer("Still looking.")
        return Answer("", [Call("shell", {"command": "ls; date +%N"})])

    async with minded(agent) as (house, model):
        thread = await house.say(
            "demo", '/goal --agent builtin --auto-approve --max-turns 30 --verify "test -f x" find it'
        )
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], goal["turns"], judged(model)) == ("stalled", 4, [])


async def test_a_goal_whose_only_verifier_is_the_judge_is_attested_by_it(minded: Callable[..., Any]) -> None:
    async with minded(says(WRITES, DONE), says(word(True))) as (house, model):
        spec = '--agent builtin --auto-approve --verify \'{"type": "llm"}\''
        thread = await house.say("demo", f"/goal {spec} write hello.txt")
        goal = await house.stands(thread, "completed")
    assert (goal["reason"], len(judged(model))) == ("attested", 1)
