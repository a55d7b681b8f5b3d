"""A judge whose provider makes us wait or shuts us out, and one that has a lot to say: none of them is a broken judge."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.script import Answer, Refusal, Request, says
from tests.minds.conftest import calls, word
from tests.peers.model import BAD_KEY, OVERLOADED, rate_limited

WRITES = calls(("write_file", {"path": "hello.txt", "content": "hello\n"}))
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": "hello.txt says hello"}]}))
GOAL = '/goal --agent builtin --auto-approve --verify "test -f hello.txt"'
MANY = 40


def asked(model: Any) -> list[Request]:
    return [request for request in model.requests if request.model == "judge-model"]


def thorough(criteria: int) -> str:
    """An answer with as much evidence for every criterion as the judge may give."""
    shown = "hello.txt:1 says hello. " * 20
    verdicts = [{"id": n, "met": True, "evidence": shown[:300]} for n in range(1, criteria + 1)]
    return json.dumps(json.loads(word(True)) | {"criteria": verdicts})


async def test_a_judge_whose_provider_asks_for_a_minute_each_time_is_waited_for_and_never_called_broken(
    minded: Callable[..., Any],
) -> None:
    busy = rate_limited("60")
    async with minded(says(WRITES, DONE), says(busy, busy, busy, busy, word(True))) as (house, model):
        thread = await house.say("demo", f"{GOAL} write hello.txt")
        for nth in range(1, 5):
            await model.arrived(2 + nth)
            waits = await house.stands(thread, "waiting")
            house.clock.advance(55)
            await house.settled()
            still = await house.goal(thread)
            assert (waits["turns"], still["status"], len(asked(model))) == (1, "waiting", nth)
            house.clock.advance(6)
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["label"], len(asked(model))) == (1, "proven", 5)


@pytest.mark.parametrize("refusal", [OVERLOADED, rate_limited()], ids=["503", "429 without a time"])
async def test_a_judge_whose_provider_says_no_time_is_asked_after_longer_and_longer_waits(
    minded: Callable[..., Any], refusal: Refusal
) -> None:
    away = (refusal,) * 4
    async with minded(says(WRITES, DONE), says(*away, word(True))) as (house, model):
        thread = await house.say("demo", f"{GOAL} write hello.txt")
        for nth, seconds in enumerate((5, 20, 60, 300), start=1):
            await model.arrived(2 + nth)
            await house.stands(thread, "waiting")
            house.clock.advance(seconds - 2)
            await house.settled()
            assert len(asked(model)) == nth
            house.clock.advance(3)
        goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["label"]) == (1, "proven")


async def test_a_judges_wrong_key_pauses_at_once_and_names_the_setting(minded: Callable[..., Any]) -> None:
    async with minded(says(WRITES, DONE), says(BAD_KEY)) as (house, model):
        thread = await house.say("demo", f"{GOAL} write hello.txt")
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], len(asked(model))) == ("judge", 1)
    assert "GOALWARD_MODEL__API_KEY" in goal["explanation"]


async def test_a_long_contract_is_judged_in_one_answer(minded: Callable[..., Any]) -> None:
    def judge(request: Request) -> Answer:
        assert request.max_tokens is not None
        return Answer(thorough(MANY)[: 3 * request.max_tokens])

    accepts = " ".join(f'--accept "line {n} greets"' for n in range(1, MANY + 1))
    async with minded(says(WRITES, DONE), judge) as (house, model):
        thread = await house.say("demo", f"{GOAL} {accepts} write hello.txt")
        goal = await house.stands(thread, "completed")
    (request,) = asked(model)
    assert len(thorough(MANY)) / 3 < (request.max_tokens or 0)
    assert [row["met"] for row in goal["audit"]] == [True] * MANY


async def test_a_judge_that_used_its_answer_up_with_reasoning_may_say_more_the_next_time(
    minded: Callable[..., Any],
) -> None:
    def judge(request: Request) -> Answer:
        return Answer(word(True) if (request.max_tokens or 0) > 4_000 else "")

    async with minded(says(WRITES, DONE), judge) as (house, model):
        thread = await house.say("demo", f"{GOAL} write hello.txt")
        goal = await house.stands(thread, "completed")
    assert (goal["label"], len(asked(model))) == ("proven", 2)
