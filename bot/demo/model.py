"""A model that plays a script: a small HTTP server on loopback behind which a real provider could stand."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.demo.script import Answer, Refusal, Request, Script, Tokens, counted
from bot.demo.wire import OpenAI, Wire

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found"}

NOTHING = Tokens()


@dataclass(slots=True)
class Asked:
    """A request and how it went: `begun` is set with the first piece of a stream, `gone` when the other side left
    before the end. `tokens` are those of answers that were sent in full.
    """

    request: Request
    tokens: Tokens = NOTHING
    answered: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class ScriptedModel:
    """`scripts` by the model's name as it comes over the wire; "*" is for all others."""

    def __init__(self, scripts: Mapping[str, Script], wires: Sequence[Wire] = (OpenAI(),)) -> None:
        self.scripts = dict(scripts)
        self.asked: list[Asked] = []
        self.url = ""
        self.connections: set[asyncio.Transport] = set()
        self._wires = wires
        self._arrived = asyncio.Event()
        self._left = asyncio.Event()
        self._nth: Counter[tuple[str, str]] = Counter()

    @property
    def requests(self) -> list[Request]:
        return [asked.request for asked in self.asked]

    def tokens(self, *, goal: str = "", model: str = "") -> Tokens:
        """Our own count over all answers, or those of a goal or a model."""
        counts = [
            asked.tokens
            for asked in self.asked
            if goal in ("", asked.request.goal) and model in ("", asked.request.model)
        ]
        return sum(counts, NOTHING)

    async def arrived(self, count: int) -> Asked:
        """Wait for the request number `count`, from 1."""
        while len(self.asked) < count:
            self._arrived.clear()
            await self._arrived.wait()
        return self.asked[count - 1]

    async def deserted(self) -> None:
        """Wait until no connection is left."""
        while self.connections:
            self._left.clear()
            await self._left.wait()

    def left(self, connection: asyncio.Transport) -> None:
        self.connections.discard(connection)
        self._left.set()

    def wire(self, path: str) -> Wire | None:
        return next((wire for wire in self._wires if path.endswith(wire.path)), None)

    def take(self, request: Request) -> tuple[Asked, Answer | Refusal]:
        """Note a request and look up what its script says."""
        self._nth[request.model, request.goal] += 1
        request = replace(request, nth=self._nth[request.model, request.goal])
        asked = Asked(request)
        self.asked.append(asked)
        self._arrived.set()
        script = self.scripts.get(request.model) or self.scripts.get("*")
        if script is None:
            return asked, Refusal(404, f"The model `{request.model}` does not exist", "model_not_found")
        return asked, script(request)


class Connection(asyncio.Protocol):
    """One connection, kept open: requests one after the other, an answer to each."""

    def __init__(self, model: ScriptedModel) -> None:
        self._model = model
        self._buffer = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._asked: Asked | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._model.connections.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._model.left(self._transport)
        if self._asked is not None and not self._asked.answered:
            self._asked.gone.set()
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank:
            return
        path, headers = _read_head(head.decode("latin-1"))
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        body = bytes(rest[:length])
        self._buffer = rest[length:]
        self._task = asyncio.create_task(self._answer(path, headers, body), name="scripted model")

    async def _answer(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        wire = self._model.wire(path)
        if wire is None:
            return self._send(404, {"error": {"message": f"There is nothing at {path}"}})
        self._asked, answer = self._model.take(wire.read(json.loads(body), headers))
        if isinstance(answer, Refusal):
            self._asked.answered = True
            return self._send(answer.status, wire.refused(answer), answer.headers)
        await self._say(wire, self._asked, answer)

    async def _say(self, wire: Wire, asked: Asked, answer: Answer) -> None:
        if answer.hang:
            await asyncio.Event().wait()
        if answer.delay:
            await asyncio.sleep(answer.delay)
        tokens = counted(asked.request, answer)
        if asked.request.stream:
            await self._stream(wire, asked, answer, tokens)
        else:
            self._send(200, wire.whole(asked.request, answer, tokens), cut=answer.cut is not None)
        if answer.cut is None:
            asked.tokens, asked.answered = tokens, True

    async def _stream(self, wire: Wire, asked: Asked, answer: Answer, tokens: Tokens) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        events = list(wire.events(asked.request, answer, tokens))
        if answer.cut is not None:
            await self._write(asked, events[: answer.cut], answer.chunk_delay)
            return self._transport.close()
        await self._write(asked, events, answer.chunk_delay)
        self._transport.write(b"0\r\n\r\n")

    async def _write(self, asked: Asked, events: Sequence[str], delay: float) -> None:
        if not delay:
            return self._transport.write(b"".join(map(_chunk, events)))
        for event in events:
            self._transport.write(_chunk(event))
            asked.begun.set()
            await asyncio.sleep(delay)

    def _send(
        self,
        status: int,
        body: dict[str, Any],
        headers: Mapping[str, str] | None = None,
        *,
        cut: bool = False,
    ) -> None:
        content = json.dumps(body).encode()
        lines = [
            f"HTTP/1.1 {status} {_REASONS.get(status, 'Refused')}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        self._transport.write(head + (content[: len(content) // 2] if cut else content))
        if cut:
            self._transport.close()


def _read_head(head: str) -> tuple[str, dict[str, str]]:
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first.split()[1].partition("?")[0], {name.lower(): value.strip() for name, _, value in pairs}


def _chunk(event: str) -> bytes:
    data = event.encode()
    return b"%x\r\n%b\r\n" % (len(data), data)


@asynccontextmanager
async def playing(
    scripts: Mapping[str, Script] | Script, wires: Sequence[Wire] = (OpenAI(),), port: int = 0
) -> AsyncIterator[ScriptedModel]:
    """A scripted model at its own address; `url` is the base that a client needs."""
    model = ScriptedModel(scripts if isinstance(scripts, Mapping) else {"*": scripts}, wires)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(model), "127.0.0.1", port)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.close()
        for connection in list(model.connections):
            connection.abort()
