import asyncio

from goals.models.turnstile import Turnstile
from goals.right_of_way import RightOfWay


async def test_tasks_go_on_one_by_one_and_others_come_in_between() -> None:
    turnstile, order = Turnstile(RightOfWay()), []

    async def go_on(name: str) -> None:
        await turnstile.pass_through()
        order.append(name)

    async def look() -> None:
        while len(order) < 5:
            order.append("look")
            await asyncio.sleep(0)

    await asyncio.gather(look(), go_on("a"), go_on("b"))

    assert "look" in order[order.index("a") : order.index("b")]
