"""Lets no secret out of the web interface, whatever answers: pages of ours aside, every answer is cleaned."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goals.clean import Clean, without

OWN = ("text/html", "text/css", "text/javascript", "application/javascript", "image/", "font/")
"""What our page is made of: files that were written before there was a secret."""

STREAMED = "text/event-stream"


class CleanAnswers:
    """ASGI middleware: JSON and server-sent events are cleaned text by text, all else as a whole."""

    def __init__(self, app: ASGIApp, clean: Clean) -> None:
        self._app = app
        self._clean = clean

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(send, self._clean).send)


class _Answer:
    """One answer on its way; what is not streamed is held back until it is whole."""

    def __init__(self, send: Send, clean: Clean) -> None:
        self._send = send
        self._clean = clean
        self._start: Message = {}
        self._kind = ""
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            self._kind = Headers(scope=message).get("content-type", "")
            if self._passes:
                await self._send(message)
        elif message["type"] == "http.response.body" and not self._kind.startswith(OWN):
            await self._part(message)
        else:
            await self._send(message)

    @property
    def _passes(self) -> bool:
        return self._kind.startswith((*OWN, STREAMED))

    async def _part(self, message: Message) -> None:
        if self._kind.startswith(STREAMED):
            await self._send({**message, "body": self._events(message.get("body", b""))})
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._whole()

    async def _whole(self) -> None:
        body = self._cleaned(self._body)
        if len(body) != len(self._body):
            MutableHeaders(scope=self._start)["Content-Length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})

    def _cleaned(self, body: bytes) -> bytes:
        if not self._kind.startswith("application/json"):
            return _text(body, self._clean)
        return _json(body, self._clean)

    def _events(self, chunk: bytes) -> bytes:
        """Whole events, as they are made: a line of JSON after `data: `."""
        lines = chunk.split(b"\n")
        return b"\n".join(
            b"data: " + _json(line[6:], self._clean)
            if line.startswith(b"data: ")
            else _text(line, self._clean)
            for line in lines
        )


def _json(body: bytes, clean: Clean) -> bytes:
    try:
        plain: Any = json.loads(body)
    except ValueError:
        return _text(body, clean)
    cleaned = without(plain, clean)
    if cleaned is plain:
        return body
    return json.dumps(cleaned, ensure_ascii=False, separators=(",", ":")).encode()


def _text(body: bytes, clean: Clean) -> bytes:
    text = body.decode("utf-8", "surrogateescape")
    cleaned = clean(text)
    return body if cleaned == text else cleaned.encode("utf-8", "surrogateescape")
