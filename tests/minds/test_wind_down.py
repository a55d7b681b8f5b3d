"""The last words on a spent budget: asked for once, whatever interrupts them, and in a bounded call."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.demo.script import Answer, Refusal, Request, Script, Tokens, text_of
from goals.models import estimate
from tests.minds.conftest import calls
from tests.peers.model import TOO_LONG

GOAL = '/goal --agent builtin --auto-approve --no-progress-limit 99 --verify "test -f done"'
WORDS = "The parser is half done."
LINES = "".join(f"line {n} of the long file is said to be like others\n" for n in range(400))
WRITES = calls(("write_file", {"path": "long.txt", "content": LINES}))
READS = calls(("read_file", {"path": "long.txt"}))
SMALL = 8_000 + 700
"""Tokens of a wind-down, by our estimate."""


def last_words(model: Any) -> list[Request]:
    return [request for request in model.requests if "# Last words" in request.last]


def dies(last: Script) -> Script:
    """An agent that talks until its tokens are spent; `last` answers when its last words are asked for."""

    def script(request: Request) -> Answer | Refusal:
        return Answer("I am thinking.", tokens=Tokens(19_000, 0, 2_000)) if request.tools else last(request)

    return script


async def test_a_wind_down_that_is_interrupted_is_not_asked_for_again(minded: Callable[..., Any]) -> None:
    async with minded(dies(lambda request: Answer(hang=True))) as (house, model):
        thread = await house.say("demo", f"{GOAL} --token-budget 20k put a file there")
        async with asyncio.timeout(30):
            await model.arrived(2)
        for _ in range(3):
            await house.restart()
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], len(last_words(model))) == ("budget", 1)
    assert goal["usage_by_purpose"]["wind_down"]["fresh"] < SMALL


async def test_a_wind_down_that_was_answered_is_not_asked_for_again(minded: Callable[..., Any]) -> None:
    """Killed between the answer, which is stored with its price, and the pause."""
    async with minded(dies(lambda request: Answer(WORDS))) as (house, model):
        record = type(house.core.store.goals).record
        failed: list[Any] = []

        async def dying(self: Any, change: Any, **more: Any) -> Any:
            if change.goal.summary and not failed:
                failed.append(change)
                await asyncio.Event().wait()
            return await record(self, change, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(house.core.store.goals), "record", dying)
            thread = await house.say("demo", f"{GOAL} --token-budget 20k put a file there")
            await house.until(lambda: bool(failed), seconds=30)
            await house.restart()
            goal = await house.stands(thread, "paused")
            pause = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    assert (goal["reason"], len(last_words(model)), WORDS in pause["text"]) == ("budget", 1, True)


async def test_a_wind_down_after_a_raise_is_a_new_one(minded: Callable[..., Any]) -> None:
    """The first is interrupted, so that nothing but its beginning is known."""

    def last(request: Request) -> Answer:
        return Answer(hang=True) if request.turn == 1 else Answer(WORDS)

    async with minded(dies(last)) as (house, model):
        thread = await house.say("demo", f"{GOAL} --token-budget 20k put a file there")
        async with asyncio.timeout(30):
            await model.arrived(2)
        await house.restart()
        await house.stands(thread, "paused")
        await house.reply(thread, "/goal budget +30k")
        await house.until(lambda: _turns(house, thread, 2), seconds=30)
        await house.stands(thread, "paused")
        pause = await house.shown(thread, lambda m: WORDS in m["text"])
    assert (len(last_words(model)), pause["text"][0]) == (2, "⏸")


async def test_the_agent_is_not_told_of_a_wind_down_in_its_next_turn(minded: Callable[..., Any]) -> None:
    async with minded(dies(lambda request: Answer(WORDS))) as (house, model):
        thread = await house.say("demo", f"{GOAL} --token-budget 20k put a file there")
        await house.stands(thread, "paused")
        await house.reply(thread, "/goal budget +30k")
        await house.until(lambda: _turns(house, thread, 2), seconds=30)
        await house.stands(thread, "paused")
    assert not [r for r in model.requests if r.tools and any(WORDS in text_of(m) for m in r.messages)]


@pytest.mark.parametrize("long", [READS, calls(*[("read_file", {"path": "long.txt"})] * 5)], ids=["1", "5"])
async def test_a_long_conversation_is_wound_down_in_a_small_call(
    minded: Callable[..., Any], long: Answer
) -> None:
    """What was said last is there word for word."""

    def script(request: Request) -> Answer:
        if not request.tools:
            return Answer(WORDS)
        if request.nth < 8:
            return replace(WRITES if request.nth == 1 else long, tokens=Tokens(100, 0, 10))
        return Answer("The newest of all words.", tokens=Tokens(990_000, 0, 10))

    async with minded(script) as (house, model):
        thread = await house.say("demo", f"{GOAL} --token-budget 900k put a file there")
        goal = await house.stands(thread, "paused")
    (asked,) = last_words(model)
    before = [request for request in model.requests if request.tools][-1]
    assert _size(before) > 20_000 and _size(asked) + (asked.max_tokens or 0) <= SMALL
    assert "The newest of all words." in json.dumps(asked.messages[-2])
    assert ("long.txt" in text_of(asked.messages[1]), goal["reason"]) == (True, "budget")
    assert 0 < goal["usage_by_purpose"]["wind_down"]["fresh"] <= SMALL


async def test_a_wind_down_that_the_provider_finds_too_long_is_shortened_once_more(
    minded: Callable[..., Any],
) -> None:
    refused: list[Request] = []

    def script(request: Request) -> Answer | Refusal:
        if not request.tools and not refused:
            refused.append(request)
            return TOO_LONG
        if not request.tools:
            return Answer(WORDS)
        if request.nth < 9:
            return WRITES if request.nth == 1 else calls(("shell", {"command": "head -c 2000 long.txt"}))
        return Answer("I am thinking.", tokens=Tokens(990_000, 0, 10))

    async with minded(script) as (house, model):
        thread = await house.say("demo", f"{GOAL} --token-budget 900k put a file there")
        await house.stands(thread, "paused")
        pause = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    first, second = map(_size, last_words(model))
    assert second < min(5_000, first - 500)
    assert WORDS in pause["text"]


async def _turns(house: Any, thread: str, turns: int) -> bool:
    return bool((await house.goal(thread))["turns"] >= turns)


def _size(request: Request) -> int:
    return estimate.asked(request.messages)
