"""Sees what agents and verifiers do: their scripts tell it over HTTP and go on only when it lets them.

A script POSTs to `/<goal>/<point>` with its process id and turn as headers and what it was told as the body; the
answer, which lets it go on, comes when the test says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
MOST_HEADERS = 20


@dataclass(frozen=True, slots=True)
class Sighting:
    """Who was seen where. `turn` is 0 where the script was not told; `life` is that of the server then."""

    goal: str
    point: str
    pid: int
    turn: int
    text: str
    life: int


@dataclass(slots=True)
class Held:
    """A script that waits for its answer."""

    sighting: Sighting
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    def let_go(self) -> None:
        self.answer.set()


class Witness:
    def __init__(self) -> None:
        self.seen: list[Sighting] = []
        self.life = 0
        self.port = 0
        self._asked: asyncio.Queue[Held] = asyncio.Queue()
        self._waiting: list[Held] = []

    async def next(self, seconds: float) -> Held | None:
        """The next script that waits, or None when none came in time. One that has died meanwhile is left out."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    held = await self._asked.get()
                    if held.sighting.life == self.life:
                        return held
        return None

    def begin_life(self) -> None:
        """The server was killed: whoever waits is dead, and answered for nothing."""
        self.life += 1
        for held in self._waiting:
            held.let_go()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            held = Held(await self._read(reader))
            self.seen.append(held.sighting)
            self._waiting.append(held)
            self._asked.put_nowait(held)
            await held.answer.wait()
            self._waiting.remove(held)
            writer.write(ANSWER)
            await writer.drain()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Sighting:
        _, path, _ = (await reader.readuntil(b"\r\n")).decode().split()
        headers: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            name, _, value = (await reader.readuntil(b"\r\n")).decode().partition(":")
            if not name.strip():
                break
            headers[name.lower()] = value.strip()
        text = (await reader.readexactly(int(headers["content-length"]))).decode()
        _, goal, point = path.split("/")
        return Sighting(goal, point, int(headers["pid"]), int(headers["turn"] or 0), text, self.life)


@asynccontextmanager
async def watching() -> AsyncIterator[Witness]:
    """A witness on a port of its own."""
    witness = Witness()
    server = await asyncio.start_server(witness.serve, "127.0.0.1", 0)
    witness.port = server.sockets[0].getsockname()[1]
    try:
        yield witness
    finally:
        witness.begin_life()
        server.close()
