"""A model that is told no secret and whose words are kept without any.

What it is told is cleaned whole; of a tool call's arguments, which are carried out as they are, only what is
configured is taken out: there a shape may be anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from goals.clean import Once
from goals.domain.usage import Price
from goals.ports import Model, ModelCall, ModelReply


class Warmed(Model, Protocol):
    """A model that is loaded late and closed at the end."""

    async def warm(self) -> None: ...

    async def close(self) -> None: ...


class CleanModel:
    """A model over another; `clean` takes out every secret, `own` those that are configured."""

    def __init__(self, model: Warmed, clean: Once, own: Once) -> None:
        self._model = model
        self._clean = clean
        self._own = own

    async def complete(self, call: ModelCall) -> ModelReply:
        """One call, one answer. Raises the ModelErrors of the model."""
        messages = tuple(map(self._told, call.messages))
        reply = await self._model.complete(replace(call, messages=messages))
        calls = tuple(replace(c, arguments=self._own(c.arguments)) for c in reply.calls)
        return replace(reply, text=self._clean(reply.text), calls=calls)

    def count(self, call: ModelCall) -> int:
        return self._model.count(call)

    def price(self, model: str) -> Price | None:
        return self._model.price(model)

    def window(self, model: str) -> int | None:
        return self._model.window(model)

    async def warm(self) -> None:
        await self._model.warm()

    async def close(self) -> None:
        await self._model.close()

    def _told(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message itself where there is nothing to take out. Of a long conversation that is all but the end, so
        that what was found clean before is passed over without another call.
        """
        content = message.get("content")
        called: Sequence[dict[str, Any]] = message.get("tool_calls") or ()
        if isinstance(content, str) and hash(content) not in self._clean.known:
            message = {**message, "content": self._clean(content)}
        for call in called:
            if hash(call["function"]["arguments"]) not in self._own.known:
                return {**message, "tool_calls": [self._called(call) for call in called]}
        return message

    def _called(self, call: dict[str, Any]) -> dict[str, Any]:
        function = call["function"]
        return {**call, "function": {**function, "arguments": self._own(function["arguments"])}}
