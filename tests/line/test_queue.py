"""The channel's queue: who is next, and how people change it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.peers.house import House


@pytest.fixture
async def threads(house: House) -> AsyncIterator[list[str]]:
    """One goal at work until somebody opens the gate, and three behind it."""
    house.agent(f"until [ -f {house.place}/go ]; do sleep 0.02; done; touch done")
    first = await house.say("demo", "/goal --auto-approve --verify 'test -f done' one")
    await house.stands(first, "active")
    opened = [first]
    for name in ("two", "three", "four"):
        opened.append(await house.say("demo", f"/goal --auto-approve --verify 'test -f done' {name}"))
        await house.stands(opened[-1], "queued")
    yield opened
    (house.place / "go").touch()


async def order(house: House, thread: str) -> list[str]:
    """The objectives in the channel's queue, as people read them."""
    (said,) = await house.reply(thread, "/goal queue")
    return [word for line in said.splitlines() for word in ("two", "three", "four") if f"· {word} " in line]


async def test_a_moved_goal_stands_where_it_was_put(house: House, threads: list[str]) -> None:
    last = (await house.goal(threads[3]))["id"]
    found = [await order(house, threads[0])]
    for where in ("up", "top", "down", "3"):
        await house.reply(threads[0], f"/goal move {last} {where}")
        found.append(await order(house, threads[0]))
    assert found == [
        ["two", "three", "four"],
        ["two", "four", "three"],
        ["four", "two", "three"],
        ["two", "four", "three"],
        ["two", "three", "four"],
    ]


async def test_goals_run_in_the_order_they_were_put_into_after_a_restart_too(
    house: House, threads: list[str]
) -> None:
    last = (await house.goal(threads[3]))["id"]
    await house.reply(threads[3], f"/goal {last} move top")
    await house.restart()
    (house.place / "go").touch()
    for thread in threads:
        await house.stands(thread, "completed")
    started = {goal["objective"]: goal["id"] for goal in await house.goals()}
    ran = sorted(started, key=lambda name: (house.workspace(started[name]) / "done").stat().st_mtime_ns)
    assert ran == ["one", "four", "two", "three"]


async def test_a_goal_that_is_at_work_cannot_be_moved(house: House, threads: list[str]) -> None:
    working = (await house.goal(threads[0]))["id"]
    (said,) = await house.reply(threads[0], f"/goal move {working} up")
    assert said == f"Goal {working} is active and cannot be moved now."


async def test_when_the_one_at_work_is_paused_the_next_starts(house: House, threads: list[str]) -> None:
    await house.reply(threads[0], "/goal pause")
    await house.stands(threads[1], "active")
    assert [(await house.goal(thread))["status"] for thread in threads] == [
        "paused",
        "active",
        "queued",
        "queued",
    ]


async def test_as_many_goals_are_at_work_as_the_channel_has_slots(house_with) -> None:
    async with house_with(channels={"local:demo": {"slots": 2}}) as house:
        house.agent(f"until [ -f {house.place}/$GOALWARD_GOAL ]; do sleep 0.02; done; touch done")
        opened = [
            await house.say("demo", f"/goal --auto-approve --verify 'test -f done' {name}")
            for name in ("one", "two", "three")
        ]
        for thread, status in zip(opened, ("active", "active", "queued"), strict=True):
            await house.stands(thread, status)
        (house.place / (await house.goal(opened[1]))["id"]).touch()
        await house.stands(opened[1], "completed")
        await house.stands(opened[2], "active")
        assert (await house.goal(opened[0]))["status"] == "active"


async def test_of_moves_at_once_none_is_lost(house: House, threads: list[str]) -> None:
    ids = [(await house.goal(thread))["id"] for thread in threads[1:]]
    await asyncio.gather(*(house.say("demo", f"/goal move {id} top") for id in ids))
    await house.settled()
    trails = [await house.core.store.history.trail(id) for id in ids]
    assert sum("Moved" in row.what for rows in trails for row in rows) >= 2
    assert sorted(await order(house, threads[0])) == ["four", "three", "two"]
