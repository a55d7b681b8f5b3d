"""How the scripted model speaks over HTTP: OpenAI's chat completions, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from bot.demo.script import Answer, Refusal, Request, Tokens

FRAGMENT = 16
"""Characters of text, or of a tool call's arguments, in one chunk of a stream."""
CREATED = 1_790_000_000


class Wire(Protocol):
    """A provider's form of requests and answers."""

    path: str

    def read(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Request: ...

    def whole(self, request: Request, answer: Answer, tokens: Tokens) -> dict[str, Any]: ...

    def events(self, request: Request, answer: Answer, tokens: Tokens) -> Iterator[str]:
        """The events of a stream, in the form of server-sent events, each with its blank line."""

    def refused(self, refusal: Refusal) -> dict[str, Any]: ...


class OpenAI:
    path = "/chat/completions"

    def read(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Request:
        return Request(
            body["model"],
            tuple(body["messages"]),
            tuple(tool["function"]["name"] for tool in body.get("tools") or ()),
            bool(body.get("stream")),
            body.get("max_completion_tokens") or body.get("max_tokens"),
            headers.get("authorization", "").removeprefix("Bearer "),
        )

    def whole(self, request: Request, answer: Answer, tokens: Tokens) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
        if answer.calls:
            message["tool_calls"] = [_call(n, request, answer) for n in range(len(answer.calls))]
        choice = {"index": 0, "message": message, "finish_reason": _finish(answer)}
        usage = {"usage": _usage(tokens)} if answer.usage else {}
        return {**_head("chat.completion", request), "choices": [choice], **usage}

    def events(self, request: Request, answer: Answer, tokens: Tokens) -> Iterator[str]:
        head = _head("chat.completion.chunk", request)
        for delta in _deltas(request, answer):
            yield _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        end = {"index": 0, "delta": {}, "finish_reason": _finish(answer)}
        yield _event({**head, "choices": [end]})
        if answer.usage:
            yield _event({**head, "choices": [], "usage": _usage(tokens)})
        yield "data: [DONE]\n\n"

    def refused(self, refusal: Refusal) -> dict[str, Any]:
        kind = "invalid_request_error" if refusal.status < 429 else "server_error"
        return {
            "error": {"message": refusal.message, "type": kind, "code": refusal.code or None, "param": None}
        }


def fragments(text: str) -> Iterator[str]:
    for start in range(0, len(text), FRAGMENT):
        yield text[start : start + FRAGMENT]


def call_id(request: Request, index: int) -> str:
    """The same for the same place in a conversation, different between places."""
    return f"call_{len(request.messages)}_{index}"


def _deltas(request: Request, answer: Answer) -> Iterator[dict[str, Any]]:
    """Text first, then the tool calls: each with its head, then all with a fragment of each in turn."""
    role = {"role": "assistant"}
    for fragment in fragments(answer.text):
        yield {**role, "content": fragment}
        role = {}
    parts = [list(fragments(call.text)) for call in answer.calls]
    for index in range(len(parts)):
        opened = _call(index, request, answer)
        opened["function"]["arguments"] = ""
        yield {**role, "tool_calls": [{"index": index, **opened}]}
        role = {}
    for place in range(max(map(len, parts), default=0)):
        for index, pieces in enumerate(parts):
            if place < len(pieces):
                yield {"tool_calls": [{"index": index, "function": {"arguments": pieces[place]}}]}


def _call(index: int, request: Request, answer: Answer) -> dict[str, Any]:
    call = answer.calls[index]
    function = {"name": call.name, "arguments": call.text}
    return {"id": call_id(request, index), "type": "function", "function": function}


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": tokens.written},
    }


def _finish(answer: Answer) -> str:
    return "length" if answer.full else "tool_calls" if answer.calls else "stop"


def _head(kind: str, request: Request) -> dict[str, Any]:
    answer_id = f"chatcmpl-{len(request.messages)}-{request.nth}"
    return {"id": answer_id, "object": kind, "created": CREATED, "model": request.model}


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body)}\n\n"
