"""A model with a thread and an event loop of its own: what its library computes there holds nothing else up.

litellm spends tens of milliseconds of a call computing. In the bot's own loop whatever people do would wait for that,
behind as many calls as come back at the same moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

from goals.domain.usage import Price
from goals.models.clean import Warmed
from goals.ports import ModelCall, ModelReply

T = TypeVar("T")


class ModelThread:
    """The port Model over another, which lives in that thread from its first use until it is closed."""

    def __init__(self, model: Warmed) -> None:
        self._model = model
        self._living: tuple[Thread, asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def complete(self, call: ModelCall) -> ModelReply:
        """One call, one answer. Raises what the model raises; who stops waiting cancels the call."""
        return await self._there(self._model.complete(call))

    async def warm(self) -> None:
        await self._there(self._model.warm())

    async def close(self) -> None:
        """Close the model and end the thread; calls that are still under way are cancelled."""
        if self._living is None:
            return
        thread, loop, over = self._living
        await self._there(self._model.close())
        self._living = None
        loop.call_soon_threadsafe(over.set)
        await asyncio.to_thread(thread.join)

    def count(self, call: ModelCall) -> int:
        return self._model.count(call)

    def price(self, model: str) -> Price | None:
        return self._model.price(model)

    def window(self, model: str) -> int | None:
        return self._model.window(model)

    async def _there(self, work: Coroutine[Any, Any, T]) -> T:
        if self._living is None:
            self._living = _begin()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._living[1]))


def _begin() -> tuple[Thread, asyncio.AbstractEventLoop, asyncio.Event]:
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = Thread(target=asyncio.run, args=(_live(begun),), name="models", daemon=True)
    thread.start()
    return (thread, *begun.result())


async def _live(begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    over = asyncio.Event()
    begun.set_result((asyncio.get_running_loop(), over))
    await over.wait()
