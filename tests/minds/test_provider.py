"""A provider that makes us wait, shuts us out or breaks off: said by name, waited for, never taken for a turn."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.script import Answer, Refusal, says
from tests.minds.conftest import calls
from tests.peers.model import BAD_KEY, OVERLOADED, rate_limited

WRITES = calls(("write_file", {"path": "hello.txt", "content": "hello\n"}))
GOAL = '/goal --agent builtin --auto-approve --verify "test -f hello.txt" write hello.txt'
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": "hello.txt is there"}]}))


async def test_a_provider_that_asks_for_a_minute_gets_it_and_no_turn_is_lost(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(rate_limited("60"), WRITES, DONE)) as (house, model):
        thread = await house.say("demo", GOAL)
        waits = await house.stands(thread, "waiting")
        house.clock.advance(55)
        await house.settled()
        asked = len(model.requests)
        still = await house.goal(thread)
        house.clock.advance(6)
        goal = await house.stands(thread, "completed")
    assert (waits["turns"], still["status"], asked, goal["turns"]) == (0, "waiting", 1, 1)


@pytest.mark.parametrize("refusal", [OVERLOADED, rate_limited()], ids=["503", "429 without a time"])
async def test_a_provider_that_says_no_time_is_asked_again_after_longer_and_longer_waits(
    minded: Callable[..., Any], refusal: Refusal
) -> None:
    async with minded(says(refusal, refusal, refusal, refusal, WRITES, DONE)) as (house, model):
        thread = await house.say("demo", GOAL)
        for asked, seconds in enumerate((6, 21, 61, 301), start=1):
            await model.arrived(asked)
            await house.stands(thread, "waiting")
            house.clock.advance(seconds)
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["active_seconds"] < 30) == (1, True)


async def test_a_wrong_key_pauses_at_once_and_names_the_setting(minded: Callable[..., Any]) -> None:
    async with minded(says(BAD_KEY)) as (house, model):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], len(model.requests)) == ("agent", 1)
    assert "GOALWARD_MODEL__API_KEY" in goal["explanation"]


async def test_a_goal_whose_key_was_mended_goes_on_when_it_is_resumed(minded: Callable[..., Any]) -> None:
    async with minded(says(BAD_KEY, BAD_KEY, BAD_KEY, WRITES, DONE)) as (house, _):
        thread = await house.say("demo", GOAL)
        for _ in range(3):
            await house.stands(thread, "paused")
            await house.reply(thread, "/goal resume")
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["label"]) == (1, "proven")


async def test_a_plan_whose_key_was_mended_is_asked_for_again(minded: Callable[..., Any]) -> None:
    async with minded(says(BAD_KEY, BAD_KEY, BAD_KEY, "I will write hello.txt.")) as (house, _):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        for _ in range(3):
            paused = await house.stands(thread, "paused")
            assert "GOALWARD_MODEL__API_KEY" in paused["explanation"]
            await house.reply(thread, "/goal resume")
        question = await house.question(thread)
    assert "I will write hello.txt." in question["text"]


async def test_an_answer_that_breaks_off_is_asked_for_again_and_what_came_is_booked(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(Answer("a long story " * 50, cut=9), WRITES, DONE)) as (house, _):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        waits = await house.goal(thread)
        house.clock.advance(6)
        goal = await house.stands(thread, "completed")
    assert (waits["turns"], waits["tokens"]["output"] > 0, goal["turns"]) == (0, True, 1)


async def test_a_model_that_is_slower_than_the_time_left_spends_it(minded: Callable[..., Any]) -> None:
    def agent(request: Any) -> Answer:
        return Answer("", hang=True) if request.tools else Answer("Nothing is done.")

    async with minded(agent) as (house, _):
        thread = await house.say("demo", GOAL.replace("--verify", "--max-time 1s --verify"))
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], goal["active_seconds"] >= 1) == ("budget", True)


async def test_answers_that_break_off_again_and_again_pause_the_goal_in_the_end(
    minded: Callable[..., Any],
) -> None:
    """Each of them may be charged."""
    async with minded(says(*[Answer("a long story " * 50, cut=9)] * 40)) as (house, model):
        thread = await house.say("demo", GOAL)
        for _ in range(20):
            await house.until(lambda: _rests(house, thread))
            if (goal := await house.goal(thread))["status"] == "paused":
                break
            house.clock.advance(301)
    assert (goal["status"], len(model.requests) < 12) == ("paused", True)
    assert "in a row without an answer" in goal["explanation"]


async def _rests(house: Any, thread: str) -> bool:
    return (await house.goal(thread))["status"] in ("waiting", "paused")
