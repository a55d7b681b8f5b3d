"""Work on files is given up the moment it is no longer wanted."""

import asyncio
from threading import Event

import pytest

from goals.agents.tools.threads import Stopped, go_on, in_thread


async def test_the_outcome_comes_back() -> None:
    assert await in_thread(lambda stop: 7) == 7


async def test_what_goes_wrong_comes_back() -> None:
    def fail(stop: Event) -> None:
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError):
        await in_thread(fail)


async def test_work_that_is_cancelled_sees_it_before_the_caller_goes_on() -> None:
    begun, ended = Event(), Event()

    def work(stop: Event) -> None:
        begun.set()
        stop.wait(10)
        ended.set()
        go_on(stop)

    task = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_work_that_hears_nothing_holds_nobody_up() -> None:
    release = Event()
    with pytest.raises(TimeoutError):
        await in_thread(lambda stop: release.wait(60), seconds=0.1)
    assert not release.is_set()
    release.set()


def test_work_goes_on_until_it_is_stopped() -> None:
    stop = Event()
    go_on(stop)
    stop.set()
    with pytest.raises(Stopped):
        go_on(stop)
