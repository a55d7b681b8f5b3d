"""Goals outlive the machine on which they worked: another one goes on from what was stored of their workspace."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.line.conftest import opened
from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'
TWO_TURNS = "[ $GOALWARD_TURN = 1 ] && echo half > half || touch done"


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    place = tmp_path / "volume"
    place.mkdir()
    return place


@pytest.fixture
async def stored(tmp_path: Path, volume: Path) -> AsyncIterator[House]:
    async with opened(House(tmp_path, workspaces=kept(volume))) as house:
        yield house


def kept(volume: Path) -> dict[str, Any]:
    return {"snapshots": str(volume), "keep": 0}


def lose_the_machine(house: House) -> None:
    """Only the store is left."""
    for name in ("workspaces", "shadow"):
        shutil.rmtree(house.state / name)


async def test_a_goal_goes_on_on_another_machine_and_its_agent_is_told_what_is_not_there(
    stored: House,
) -> None:
    stored.agent(f"[ $GOALWARD_TURN = 1 ] && echo half > half || {{ touch {stored.place}/began; sleep 60; }}")
    thread = await stored.say("demo", f"/goal {DONE} put a file there")
    await stored.until((stored.place / "began").exists)
    stored.agent("test -f half && touch done")
    await stored.close()
    lose_the_machine(stored)
    await stored.open()
    goal = await stored.stands(thread, "completed")
    told = stored.prompts(goal["id"])[-1]
    assert (
        "moved to another machine, as it stood after turn 1" in told,
        "interrupted and its outcome is unknown" in told,
    ) == (True, True)


async def test_a_plan_that_waited_meanwhile_is_worked_on_elsewhere(stored: House) -> None:
    stored.agent("touch done")
    thread = await stored.say("demo", '/goal --verify "test -f done" put a file there')
    question = await stored.question(thread)
    await stored.close()
    lose_the_machine(stored)
    await stored.open()
    await stored.react(question, "✅")
    goal = await stored.stands(thread, "completed")
    assert "moved to another machine, as it stood at the start" in stored.prompts(goal["id"])[0]


async def test_a_turn_that_cannot_be_stored_counts_and_its_thread_is_told_once(
    stored: House, volume: Path
) -> None:
    shutil.rmtree(volume)
    stored.agent(TWO_TURNS)
    thread = await stored.say("demo", f"/goal {DONE} put a file there")
    await stored.stands(thread, "completed")
    await stored.settled()
    assert [text for text in await stored.texts(thread) if "is the volume mounted?" in text] == [
        f"ℹ️ Goal {(await stored.goal(thread))['id']}: There is no directory {volume} for the snapshots of "
        "workspaces: is the volume mounted? Until it can be, the goal can go on on this machine alone."
    ]


async def test_what_is_stored_of_a_goal_is_taken_away_some_time_after_its_end(
    stored: House, volume: Path
) -> None:
    stored.agent("touch done")
    ended = await stored.say("demo", f"/goal {DONE} put a file there")
    await stored.stands(ended, "completed")
    stored.agent(":")
    under_way = await stored.say("other", f"/goal {DONE} --max-turns 1 put another there")
    paused = await stored.stands(under_way, "paused")
    await stored.restart()
    await stored.until(lambda: [path.stem for path in volume.iterdir()] == [paused["id"]])


async def test_a_goal_that_has_ended_is_reopened_on_another_machine(tmp_path: Path, volume: Path) -> None:
    async with opened(House(tmp_path, workspaces=kept(volume) | {"keep": "1d"})) as house:
        house.agent("echo half > half")
        thread = await house.say("demo", f"/goal {DONE} --max-turns 1 put a file there")
        await house.stands(thread, "paused")
        await house.reply(thread, "/goal cancel")
        await house.close()
        lose_the_machine(house)
        await house.open()
        house.agent("test -f half && touch done")
        await house.reply(thread, "/goal reopen")
        assert (await house.stands(thread, "completed"))["turns"] == 1
