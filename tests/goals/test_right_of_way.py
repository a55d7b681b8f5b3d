"""People who wait to be acknowledged go first; what gives way is neither forgotten nor stopped for good."""

import asyncio

from goals.models.turnstile import Turnstile
from goals.right_of_way import RightOfWay


async def test_what_gives_way_goes_on_when_nobody_is_ahead() -> None:
    way, order = RightOfWay(), []

    async def gives_way() -> None:
        await way.give_way()
        order.append("work")

    with way.first():
        work = asyncio.create_task(gives_way())
        with way.first():
            await asyncio.sleep(0)
            order.append("one")
        await asyncio.sleep(0)
        order.append("other")
    await work
    await way.free()
    assert order == ["one", "other", "work"]


async def test_where_somebody_is_always_ahead_work_goes_on_all_the_same() -> None:
    way = RightOfWay()
    with way.first():
        async with asyncio.timeout(30):
            await way.give_way()
            await Turnstile(way).pass_through()


async def test_who_fails_is_not_ahead_for_ever() -> None:
    way = RightOfWay()
    try:
        with way.first():
            raise ValueError
    except ValueError:
        pass
    async with asyncio.timeout(30):
        await way.free()


async def test_models_let_people_pass() -> None:
    way, order = RightOfWay(), []

    async def model() -> None:
        await Turnstile(way).pass_through()
        order.append("model")

    with way.first():
        reads = asyncio.create_task(model())
        for _ in range(5):
            await asyncio.sleep(0)
        order.append("person")
    await reads
    assert order == ["person", "model"]
