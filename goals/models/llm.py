"""Asks the models of any provider, through litellm: one call, one answer, nothing behind our back.

litellm takes seconds and 180 MB to import, so that it is loaded late and in a thread. All that it does besides the
call (retries, logging, callbacks, price look-ups, downloads) is switched off.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import marshal
import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from goals.clock import SystemClock
from goals.domain.errors import CutStream, ModelUnavailable, NoAccess
from goals.domain.usage import Price
from goals.models import caching, estimate, keys, prices, quiet
from goals.models.draft import Draft, whole
from goals.models.failures import failure, no_access
from goals.models.pieces import Piece, pieces
from goals.models.turnstile import Turnstile
from goals.ports import Clock, ModelCall, ModelReply
from goals.right_of_way import RightOfWay

LONGEST_CALL = 120.0
LONGEST_GAP = 60.0
SPARE = 5.0
"""Seconds by which litellm's own timeout comes after ours."""

LAST_COUNT, LAST_BYTES = 5.0, 0.2
"""Seconds for which an answer that has ended waits for what it cost, and then for the end of the stream."""

NO_KEY = "none"
"""What a server of one's own is told where no key is set: OpenAI's client wants one."""

NEEDED_LATER = ("openai.resources",)
"""What litellm would import in the middle of the first call, where everything else would have to wait."""


@dataclass(frozen=True, slots=True)
class _Library:
    """litellm, loaded. `notes` is the class of what it keeps in mind about a call, `openai` the client that it uses
    for providers of OpenAI's form.
    """

    litellm: Any
    notes: type[Any]
    openai: Any

    async def close(self) -> None:
        cleanup = importlib.import_module("litellm.llms.custom_httpx.async_client_cleanup")
        await cleanup.close_litellm_async_clients()
        self.litellm.in_memory_llm_clients_cache.flush_cache()
        # One client is kept besides, and used for ever, in whatever loop it was made.
        kept = vars(self.litellm).pop("module_level_aclient", None)
        if kept is not None:
            await kept.close()


class LiteLLM:
    """The port Model. `api_key` is for the providers of the models in `key_for`, or for all where that is None;
    `variables` hold keys by the names of their variables.

    `base_url` stands for every provider's address, and `api_key` for every key there. `settled` are prices of the
    settings by model, `window` is how many tokens every model takes, where the settings say so. No call takes longer
    than `timeout` seconds, and no stream pauses for longer than `gap`.
    """

    def __init__(
        self,
        *,
        base_url: str = "",
        api_key: SecretStr | None = None,
        key_for: Collection[str] | None = None,
        variables: Mapping[str, SecretStr] | None = None,
        settled: Mapping[str, Price] | None = None,
        window: int | None = None,
        timeout: float = LONGEST_CALL,
        gap: float = LONGEST_GAP,
        clock: Clock | None = None,
        way: RightOfWay | None = None,
    ) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._key_for = None if base_url else key_for
        self._variables = dict(variables or {})
        self._prices = dict(settled or {})
        self._window = window
        self._timeout = timeout
        self._gap = gap
        self._clock = clock or SystemClock()
        self._library: _Library | None = None
        self._turnstile = Turnstile(way or RightOfWay())

    async def warm(self) -> None:
        """Load litellm and the list of prices now; the first call does it otherwise, and takes seconds longer."""
        await asyncio.to_thread(prices.known)
        await self._loaded()

    async def close(self) -> None:
        """End the connections that are kept open. A call after that opens new ones."""
        if self._library is not None:
            await self._library.close()

    async def complete(self, call: ModelCall) -> ModelReply:
        """One call, one answer. Raises a ModelError; CutStream where something had come of the answer."""
        self._let_in(call.model)
        call = replace(call, timeout=min(call.timeout, self._timeout))
        library, draft = await self._loaded(), Draft()
        try:
            async with asyncio.timeout(call.timeout):
                await self._turnstile.pass_through()
                if call.stream:
                    return await self._streamed(library, call, draft)
                return await self._whole(library, call)
        except Exception as error:  # the library raises what it likes
            if draft.finished and isinstance(error, TimeoutError):
                return draft.reply(self.count(call))
            failed = failure(error, call, self._clock.now())
        raise CutStream(f"The answer broke off: {failed}", draft.output) if draft.begun else failed

    def count(self, call: ModelCall) -> int:
        return estimate.asked(call.messages, call.tools) if call.tokens is None else call.tokens

    def price(self, model: str) -> Price | None:
        """The settings' price, else the one of litellm's list."""
        return self._prices.get(model) or prices.price(model, prices.known())

    def window(self, model: str) -> int | None:
        """The settings' word, else that of litellm's list."""
        return self._window or prices.window(model, prices.known())

    def _let_in(self, model: str) -> None:
        if keys.wanted(model) and not (self._base_url or self._key(model)):
            raise NoAccess(no_access(model))

    def _key(self, model: str) -> SecretStr | None:
        return keys.key(model, self._api_key, self._variables, self._key_for)

    async def _loaded(self) -> _Library:
        if self._library is None:
            self._library = await asyncio.to_thread(_load)
        return self._library

    async def _whole(self, library: _Library, call: ModelCall) -> ModelReply:
        response = await library.litellm.acompletion(**self._arguments(library, call))
        return whole(response.model_dump()).reply(self.count(call))

    async def _streamed(self, library: _Library, call: ModelCall, draft: Draft) -> ModelReply:
        stream = await library.litellm.acompletion(
            **self._arguments(library, call), stream_options={"include_usage": True}
        )
        try:
            async with aclosing(pieces(stream, library.openai, library.litellm)) as coming:
                await self._collect(coming, draft)
        finally:
            await stream.aclose()
        if not draft.finished:
            raise ModelUnavailable("the answer stopped in the middle.", maybe_used=True)
        return draft.reply(self.count(call))

    async def _collect(self, coming: AsyncIterator[Piece], draft: Draft) -> None:
        """Read a stream to its end. An answer that is there stays one, whatever becomes of the rest."""
        while True:
            try:
                async with asyncio.timeout(self._patience(draft)):
                    piece = await anext(coming)
            except StopAsyncIteration:
                return
            except Exception as error:  # the library raises what it likes
                if draft.finished:
                    return
                if isinstance(error, TimeoutError):
                    told = f"nothing more came for {self._gap:g} s."
                    raise ModelUnavailable(told, maybe_used=True) from None
                raise
            draft.add(piece)

    def _patience(self, draft: Draft) -> float | None:
        """Seconds to wait for the next piece; for the first one as long as the call may take."""
        if draft.complete:
            return LAST_BYTES
        if draft.finished:
            return min(LAST_COUNT, self._gap)
        return self._gap if draft.begun else None

    def _arguments(self, library: _Library, call: ModelCall) -> dict[str, Any]:
        messages = caching.marked(call, [_copied(message) for message in call.messages])
        key = self._key(call.model)
        call_id = uuid4().hex
        given = {
            "api_base": self._base_url or None,
            "api_key": key.get_secret_value() if key else NO_KEY if self._base_url else None,
            "tools": _fresh(call.tools) or None,
            "max_tokens": call.max_tokens,
        }
        return {
            "model": call.model,
            "messages": messages,
            "stream": call.stream,
            # The same for all calls: litellm keeps a client for each value that it sees.
            "timeout": self._timeout + SPARE,
            "max_retries": 0,
            "num_retries": 0,
            "drop_params": True,
            # With tools it imports a package that only its proxy needs.
            "_skip_mcp_handler": True,
            "litellm_call_id": call_id,
            "litellm_logging_obj": quiet.noted(library.notes, call, messages, call_id),
            **{name: value for name, value in given.items() if value is not None},
            **keys.more(call.model, self._variables),
        }


def _fresh(tools: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Plain data through and through, which litellm cuts to what a provider takes."""
    copies: list[dict[str, Any]] = marshal.loads(marshal.dumps(list(tools)))
    return copies


def _copied(message: dict[str, Any]) -> dict[str, Any]:
    """litellm changes what it is given to what a provider wants."""
    if called := message.get("tool_calls"):
        return {**message, "tool_calls": [{**c, "function": {**c["function"]}} for c in called]}
    return {**message}


def _load() -> _Library:
    """Import litellm with everything off that can be.

    What it brings stays for good: looked through for garbage again and again, it would stop everything for a
    third of a second each time.
    """
    os.environ.update(quiet.SWITCHES)
    gc.disable()
    try:
        return _imported()
    finally:
        gc.freeze()
        gc.enable()


def _imported() -> _Library:
    litellm = importlib.import_module("litellm")
    quiet.silence(litellm)
    for module in NEEDED_LATER:
        importlib.import_module(module)
    completions = importlib.import_module("openai.resources.chat.completions.completions")
    quiet.as_it_is(completions, importlib.import_module("openai._utils").is_given)
    notes = importlib.import_module("litellm.litellm_core_utils.litellm_logging").Logging
    return _Library(litellm, quiet.silent(notes), importlib.import_module("openai"))
