"""A model's library computes beside the bot's loop; cancelling, failing and closing reach through."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from goals.domain.errors import ModelUnavailable
from goals.domain.usage import Price
from goals.models.model_thread import ModelThread
from goals.ports import ModelCall, ModelReply

CALL = ModelCall("openai/some", ({"role": "user", "content": "hello"},))


class Scripted:
    """A model that does this at each call."""

    def __init__(self, does: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._does = does
        self.closed_in = ""

    async def warm(self) -> None: ...

    async def close(self) -> None:
        self.closed_in = threading.current_thread().name

    async def complete(self, call: ModelCall) -> ModelReply:
        await self._does()
        return ModelReply(f"to {call.messages[0]['content']}", (), fresh=1, output=1)

    def count(self, call: ModelCall) -> int:
        return 7

    def price(self, model: str) -> Price | None:
        return Price(1, 0.1, 4)

    def window(self, model: str) -> int | None:
        return 1_000


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "models"]


async def test_the_loop_goes_on_while_the_library_computes_without_a_pause() -> None:
    ticked = threading.Event()

    async def computes() -> None:
        assert ticked.wait(30)  # would stand still for ever in the loop that has to tick

    model = ModelThread(Scripted(computes))
    call = asyncio.create_task(model.complete(CALL))
    await asyncio.sleep(0)
    ticked.set()
    assert (await call).text == "to hello"
    assert (model.count(CALL), model.price("some"), model.window("some")) == (7, Price(1, 0.1, 4), 1_000)
    await model.close()


async def test_whoever_stops_waiting_cancels_the_call() -> None:
    asked, cancelled = threading.Event(), threading.Event()

    async def hangs() -> None:
        asked.set()
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.set()

    model = ModelThread(Scripted(hangs))
    call = asyncio.create_task(model.complete(CALL))
    assert await asyncio.to_thread(asked.wait, 30)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await asyncio.to_thread(cancelled.wait, 30)
    await model.close()


async def test_what_the_model_raises_is_raised_here() -> None:
    async def fails() -> None:
        raise ModelUnavailable("away", maybe_used=True)

    model = ModelThread(Scripted(fails))
    with pytest.raises(ModelUnavailable, match="away"):
        await model.complete(CALL)
    await model.close()


async def test_closing_cancels_what_is_under_way_and_ends_the_thread() -> None:
    asked = threading.Event()

    async def hangs() -> None:
        asked.set()
        await asyncio.sleep(3600)

    inner = Scripted(hangs)
    model = ModelThread(inner)
    await model.close()  # nothing was begun yet
    assert threads() == []
    call = asyncio.create_task(model.complete(CALL))
    assert await asyncio.to_thread(asked.wait, 30)
    assert threads() == ["models"]
    await model.close()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (inner.closed_in, threads()) == ("models", [])
