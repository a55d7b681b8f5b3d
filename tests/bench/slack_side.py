"""`python -m tests.bench.slack_side`: a Slack workspace in a process of its own that makes load and measures what it gets."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.bench.beside import at_rate, obey, timed
from tests.peers.slack import Slack

RETRIES = (1.0, 5.0, 20.0)
PATIENCE = 3.0


class Side:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def commands(self, rate: float, count: int) -> list[float | None]:
        """Milliseconds from each command to its acknowledgement; None without one."""
        return await at_rate(rate, count, lambda _: timed(self._slack.slash("ana", "demo", "status")))

    async def replies(self, rate: float, count: int, threads: list[str]) -> list[float | None]:
        """The same of numbered replies, in one thread after the other."""
        return await at_rate(
            rate,
            count,
            lambda number: timed(
                self._slack.say("ana", "demo", f"word {number}", thread=threads[number % len(threads)])
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

        await at_rate(rate, count, say)
        cutting.cancel()
        await self._slack.quiet()
        return len(self._slack.lost)

    async def _cut(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            self._slack.sockets.cut_one()


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
        await obey(side, place)


if __name__ == "__main__":
    asyncio.run(main())
