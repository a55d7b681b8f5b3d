"""How goals begin: the thread, the card, the queue, what is refused, what an agent is told."""

import asyncio

import pytest

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'


async def test_a_goal_opens_a_thread_and_starts_by_itself(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    goal = await house.stands(thread, "completed")
    assert (goal["thread"], goal["turns"], goal["label"]) == (thread, 1, "proven")


async def test_an_agent_is_told_the_objective_and_every_criterion(house: House) -> None:
    house.agent("touch done")
    wish = f'/goal {DONE} --accept "the file is small" --accept "nothing else changes" put a file there'
    goal = await house.stands(await house.say("demo", wish), "completed")
    (prompt,) = house.prompts(goal["id"])
    wanted = ("put a file there", "1. the file is small", "2. nothing else changes", "test -f done")
    assert [text for text in wanted if text not in prompt] == []
