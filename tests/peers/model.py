"""A provider of models for tests: the scripted model on loopback, in OpenAI's and in Anthropic's form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.demo.model import ScriptedModel, playing
from bot.demo.script import Answer, Refusal, Request, Script, Tokens
from bot.demo.wire import OpenAI, Wire, call_id, fragments

TOO_LONG = Refusal(
    400,
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. "
    "Please reduce the length of the messages.",
    "context_length_exceeded",
)
NO_ROOM = Refusal(
    400,
    "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or "
    "`max_tokens` and try again",
    "invalid_request_error",
)
BAD_KEY = Refusal(401, "Incorrect API key provided: sk-ab***yz.", "invalid_api_key")
NO_RIGHT = Refusal(403, "Your organization must be verified to use this model.", "model_not_available")
UNKNOWN_MODEL = Refusal(
    404, "The model `x` does not exist or you do not have access to it.", "model_not_found"
)
AGAINST_POLICY = Refusal(
    400, "Your request was rejected as a result of our safety system.", "content_policy_violation"
)
MALFORMED = Refusal(400, "Invalid value for 'messages[0].role'.", "invalid_value")
BROKEN = Refusal(500, "The server had an error while processing your request.")
OVERLOADED = Refusal(503, "The engine is currently overloaded, please try again later.")


def rate_limited(retry_after: str = "") -> Refusal:
    """429, with a Retry-After where one is given: seconds, or a date."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Refusal(429, "Rate limit reached for requests", "rate_limit_exceeded", headers)


class Anthropic:
    path = "/messages"

    def read(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Request:
        system = body.get("system") or ""
        messages = ({"role": "system", "content": system}, *body["messages"]) if system else body["messages"]
        return Request(
            body["model"],
            tuple(messages),
            tuple(tool["name"] for tool in body.get("tools") or ()),
            bool(body.get("stream")),
            body["max_tokens"],
            headers.get("x-api-key", ""),
        )

    def whole(self, request: Request, answer: Answer, tokens: Tokens) -> dict[str, Any]:
        content: list[dict[str, Any]] = [{"type": "text", "text": answer.text}] if answer.text else []
        content += [
            {**_block(request, n, answer), "input": json.loads(c.text)} for n, c in enumerate(answer.calls)
        ]
        return {
            **_message(request),
            "content": content,
            "stop_reason": _stop(answer),
            "usage": {**_input(tokens), "output_tokens": tokens.output},
        }

    def events(self, request: Request, answer: Answer, tokens: Tokens) -> Iterator[str]:
        usage = {**_input(tokens), "output_tokens": 1}
        yield _event("message_start", message={**_message(request), "content": [], "usage": usage})
        if answer.text:
            text = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": part} for part in fragments(answer.text)]
            yield from _content(0, text, deltas)
        for number, call in enumerate(answer.calls):
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in fragments(call.text)]
            block = {**_block(request, number, answer), "input": {}}
            yield from _content(number + bool(answer.text), block, deltas)
        end = {"stop_reason": _stop(answer), "stop_sequence": None}
        yield _event("message_delta", delta=end, usage={"output_tokens": tokens.output})
        yield _event("message_stop")

    def refused(self, refusal: Refusal) -> dict[str, Any]:
        return {"type": "error", "error": {"type": refusal.code or "api_error", "message": refusal.message}}


def _content(index: int, block: dict[str, Any], deltas: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield _event("content_block_start", index=index, content_block=block)
    for delta in deltas:
        yield _event("content_block_delta", index=index, delta=delta)
    yield _event("content_block_stop", index=index)


def _block(request: Request, number: int, answer: Answer) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id(request, number), "name": answer.calls[number].name}


def _message(request: Request) -> dict[str, Any]:
    return {
        "id": f"msg_{len(request.messages)}_{request.nth}",
        "type": "message",
        "role": "assistant",
        "model": request.model,
        "stop_reason": None,
        "stop_sequence": None,
    }


def _input(tokens: Tokens) -> dict[str, int]:
    """Anthropic counts what was read from its cache and what was written to it apart."""
    return {
        "input_tokens": tokens.input - tokens.cached - tokens.written,
        "cache_creation_input_tokens": tokens.written,
        "cache_read_input_tokens": tokens.cached,
    }


def _stop(answer: Answer) -> str:
    return "tool_use" if answer.calls else "end_turn"


def _event(kind: str, **body: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n"


WIRES: tuple[Wire, ...] = (OpenAI(), Anthropic())


@asynccontextmanager
async def provider(scripts: Mapping[str, Script] | Script) -> AsyncIterator[ScriptedModel]:
    """A provider that speaks both forms. `scripts` by model, or one for all."""
    async with playing(scripts, WIRES) as model:
        yield model
