"""The tick comes once a second, whatever becomes of the clock."""

import asyncio
from typing import Any

from monitors.ticker import Tick, Ticker


class Scheduler:
    """One that ticks once, or never: as one does for which the next second is an hour away."""

    def __init__(self, tick: Tick | None) -> None:
        self._tick = tick
        self.over = False

    def start(self) -> None:
        if self._tick:
            self._task = asyncio.ensure_future(self._tick())

    def shutdown(self, wait: bool) -> None:
        self.over = True


async def test_it_ticks_on_after_the_clock_was_put_back() -> None:
    made: list[Scheduler] = []
    worked = asyncio.Event()

    def ticks(tick: Tick) -> Any:
        made.append(Scheduler(tick if made else None))
        return made[-1]

    async def work() -> None:
        worked.set()

    ticking = asyncio.create_task(Ticker(work, ticks=ticks, silence=0.01).run())
    async with asyncio.timeout(20):
        await worked.wait()
    ticking.cancel()
    await asyncio.wait({ticking})

    assert [scheduler.over for scheduler in made] == [True] * len(made)
