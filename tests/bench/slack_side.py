"""`python -m tests.bench.slack_side`: a Slack workspace in a process of its own that makes load and measures what it gets.

Its first line is where it is; then each line of its input is an order as JSON, answered by a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.peers.slack import Slack

RETRIES = (1.0, 5.0, 20.0)
PATIENCE = 3.0


class Side:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def commands(self, rate: float, count: int) -> list[float | None]:
        """Milliseconds from each command to its acknowledgement; None without one."""
        return await _at(rate, count, lambda _: self._slack.slash("ana", "demo", "status"))

    async def replies(self, rate: float, count: int, threads: list[str]) -> list[float | None]:
        """The same of numbered replies, in one thread after the other."""
        return await _at(
            rate,
            count,
            lambda number: self._slack.say(
                "ana", "demo", f"word {number}", thread=threads[number % len(threads)]
            ),
        )

    async def opens(self, text: str) -> dict[str, Any]:
        """Milliseconds from a command to the thread that it opens, and that thread."""
        before, began = len(self._slack.posts("demo")), time.perf_counter()
        await self._slack.slash("ana", "demo", text)
        await self._slack.until(lambda: len(self._slack.posts("demo")) > before)
        took = (time.perf_counter() - began) * 1000
        return {"ms": took, "thread": self._slack.posts("demo")[before]["ts"]}

    async def storm(self, rate: float, count: int, threads: list[str], doubled: int, cut_every: float) -> int:
        """Numbered replies, each `doubled`th told twice, while one socket is torn off now and then. Returns how many
        were never acknowledged.
        """
        cutting = asyncio.create_task(self._cut(cut_every), name="cut")

        async def say(number: int) -> Any:
            again = int(number % doubled == 0)
            thread = threads[number % len(threads)]
            return await self._slack.say("ana", "demo", f"word {number}", thread=thread, again=again)

        await _at(rate, count, say)
        cutting.cancel()
        await self._slack.quiet()
        return len(self._slack.lost)

    async def _cut(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            self._slack.sockets.cut_one()

    async def carry_out(self, order: dict[str, Any]) -> Any:
        what: Callable[..., Awaitable[Any]] = getattr(self, order.pop("do"))
        return await what(**order)


async def _at(rate: float, count: int, act: Callable[[int], Awaitable[Any]]) -> list[float | None]:
    """Do something so many times a second, whatever becomes of what was begun before."""
    began = time.perf_counter()
    under_way = []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        under_way.append(asyncio.create_task(_timed(act(number)), name=f"load {number}"))
    return list(await asyncio.gather(*under_way))


async def _timed(work: Awaitable[Any]) -> float | None:
    began = time.perf_counter()
    return (time.perf_counter() - began) * 1000 if await work is not None else None


async def main() -> None:
    async with Slack(retries=RETRIES, patience=PATIENCE) as slack:
        slack.channel("demo")
        side = Side(slack)
        place = {
            "api": slack.api,
            "team": slack.team,
            "bot_token": slack.bot_token,
            "app_token": slack.app_token,
        }
        print(json.dumps(place), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await side.carry_out(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
