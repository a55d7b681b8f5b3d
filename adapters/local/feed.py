"""What happens, told to every open page as it happens, over server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

_BACKLOG = 256
_KEEP_ALIVE = 15.0


class Feed:
    """Fans events out to the listeners of this process.

    A listener that does not keep up is cut off; it comes back with the last id it saw and is told to reload.
    """

    def __init__(self, *, backlog: int = _BACKLOG, keep_alive: float = _KEEP_ALIVE) -> None:
        self._backlog = backlog
        self._keep_alive = keep_alive
        self._life = secrets.token_hex(4)
        self._told = 0
        self._closed = False
        self._listeners: set[_Listener] = set()

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """Send an event to everybody who listens now. Never waits."""
        self._told += 1
        chunk = self._event(kind, data)
        for listener in tuple(self._listeners):
            if not listener.offer(chunk):
                self._listeners.discard(listener)

    async def stream(self, last_id: str = "") -> AsyncIterator[bytes]:
        """The events from now on, as text/event-stream; ends when the feed closes or the listener is too slow.

        `last_id` is the last id a returning listener saw: unless nothing happened since, it is told to reload.
        """
        listener = _Listener(self._backlog)
        if self._closed:
            return
        self._listeners.add(listener)
        try:
            yield b"retry: 1000\n\n" + self._event(self._greeting(last_id), {})
            while (chunk := await self._next(listener)) is not None:
                yield chunk
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End all streams; new ones end at once."""
        self._closed = True
        for listener in self._listeners:
            listener.end()
        self._listeners.clear()

    def _greeting(self, last_id: str) -> str:
        return "reload" if last_id and last_id != self._id else "hello"

    async def _next(self, listener: _Listener) -> bytes | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._keep_alive):
                return await listener.next()
        return b": still here\n\n"

    @property
    def _id(self) -> str:
        return f"{self._life}-{self._told}"

    def _event(self, kind: str, data: dict[str, Any]) -> bytes:
        return f"id: {self._id}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class _Listener:
    """One open stream: a bounded line of chunks with None at its end."""

    def __init__(self, backlog: int) -> None:
        self._line: asyncio.Queue[bytes | None] = asyncio.Queue(backlog + 1)

    def offer(self, chunk: bytes) -> bool:
        """Queue a chunk; False when the line was full and the stream has been ended instead."""
        if self._line.qsize() >= self._line.maxsize - 1:
            self.end()
            return False
        self._line.put_nowait(chunk)
        return True

    def end(self) -> None:
        while not self._line.empty():
            self._line.get_nowait()
        self._line.put_nowait(None)

    async def next(self) -> bytes | None:
        return await self._line.get()
