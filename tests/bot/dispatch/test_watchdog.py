"""Nothing goes on without a lifeline: turns stop, and where they do not, the process ends."""

import asyncio
import threading

from bot.dispatch.watchdog import Watchdog
from goals.work import lifeline
from goals.work.lifeline import Lifeline

PATIENCE = 30.0


async def told(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()


async def test_the_turns_are_told_to_stop_when_the_lifeline_is_over() -> None:
    line, over, dead = Lifeline(), asyncio.Event(), threading.Event()
    watchdog = Watchdog(line, over.set, dead.set, confirm=PATIENCE)
    watchdog.begin()
    line.renew(lifeline.now(), 0.1)
    await told(over)
    watchdog.calm()
    assert not dead.is_set()


async def test_a_process_whose_turns_do_not_stop_ends() -> None:
    line, dead = Lifeline(), threading.Event()
    Watchdog(line, lambda: None, dead.set, confirm=0.1).begin()
    line.cut()
    assert await asyncio.to_thread(dead.wait, PATIENCE)


async def test_a_process_whose_loop_stands_still_ends() -> None:
    line, dead = Lifeline(), threading.Event()
    Watchdog(line, lambda: None, dead.set, confirm=0.1).begin()
    line.cut()
    # The loop does nothing else meanwhile.
    assert dead.wait(PATIENCE)


async def test_a_life_that_ended_in_order_is_watched_no_more() -> None:
    line, over, dead = Lifeline(), asyncio.Event(), threading.Event()
    watchdog = Watchdog(line, over.set, dead.set, confirm=0.1)
    watchdog.begin()
    watchdog.calm()
    line.cut()
    await asyncio.sleep(0)
    assert (over.is_set(), dead.is_set()) == (False, False)
