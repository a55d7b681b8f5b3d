"""Which models a goal may name, and whose key they are asked with."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.script import says
from tests.minds.conftest import AGENT

LURES = ("oobabooga/http://127.0.0.1:9", "huggingface/https://name:word@example.org/v1", "baseten/abcd1234")


@pytest.mark.parametrize("lure", LURES)
async def test_a_goal_names_no_model_at_an_address_of_its_own(minded: Callable[..., Any], lure: str) -> None:
    wishes = (
        f"/goal --agent builtin --model {lure} tidy up",
        f"/goal --judge-model {lure} tidy up",
        f"/goal {json.dumps({'objective': 'tidy up', 'agent': 'builtin', 'model': lure})}",
        f"/goal draft --judge-model {lure} tidy up",
    )
    async with minded(says("Done.")) as (house, model):
        threads = [await house.say("demo", wish) for wish in wishes]
        await house.settled()
        said = [await house.texts(thread) for thread in threads]
        stored, asked = await house.goals(), model.requests
    assert [len(texts) for texts in said] == [1] * 4
    assert all("says which host is asked: only the settings" in text for (text,) in said)
    assert ("word" in str(said), stored, asked) == (False, [], [])


async def test_the_settings_own_model_may_be_named_wherever_it_is_asked(minded: Callable[..., Any]) -> None:
    ours = LURES[0]
    async with minded(says("Done."), model={"judge": ours}) as (house, _):
        await house.say("demo", f"/goal --judge-model {ours} tidy up")
        await house.settled()
        (goal,) = await house.goals()
    assert goal["objective"] == "tidy up"


async def test_a_model_of_another_provider_is_not_asked_with_the_settings_key(
    minded: Callable[..., Any],
) -> None:
    own = {"base_url": "", "agent": AGENT, "api_key": "a-key-of-openai"}
    async with minded(says("Done."), model=own) as (house, _):
        thread = await house.say(
            "demo", "/goal --agent builtin --auto-approve --model anthropic/claude-x --verify false tidy up"
        )
        goal = await house.stands(thread, "paused")
    assert "ANTHROPIC_API_KEY" in goal["explanation"]
