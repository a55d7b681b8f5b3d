"""Carries out blocking work on files beside the loop, so that it can be given up at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

LONGEST = 30.0
GRACE = 0.5

T = TypeVar("T")


class Stopped(Exception):
    """The work saw that it is no longer wanted."""


def go_on(stop: Event) -> None:
    """Raises Stopped when the work is no longer wanted; asked between pieces of it."""
    if stop.is_set():
        raise Stopped


async def in_thread(work: Callable[[Event], T], seconds: float = LONGEST) -> T:
    """The work's outcome. Raises TimeoutError after `seconds`.

    When time is up or the caller is cancelled the work's event is set, and it has GRACE seconds to see it.
    """
    stop = Event()
    task = asyncio.create_task(asyncio.to_thread(work, stop), name="work on files")
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(task)
    finally:
        if not task.done():
            stop.set()
            task.add_done_callback(_forgotten)
            await asyncio.wait({task}, timeout=GRACE)


def _forgotten(task: asyncio.Task[T]) -> None:
    if not task.cancelled():
        task.exception()
