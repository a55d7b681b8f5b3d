"""A wire between a process and its database that can be cut, hung and mended, while the database lives on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Wire:
    """Forwards connections on `port` of this machine to the database's socket."""

    def __init__(self, behind: Path) -> None:
        self._behind = behind
        self._whole = asyncio.Event()
        self._whole.set()
        self._refusing = False
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    def hang(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        self._whole.clear()

    def cut(self) -> None:
        """Every connection breaks, and no new one can be made."""
        self._refusing = True
        for writer in list(self._open):
            writer.transport.abort()

    def mend(self) -> None:
        self._refusing = False
        self._whole.set()

    async def took(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        with suppress(OSError):
            theirs, ours = await asyncio.open_unix_connection(str(self._behind))
            self._open |= {writer, ours}
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pumped(reader, ours))
                    both.create_task(self._pumped(theirs, writer))
            finally:
                self._open -= {writer, ours}
                ours.close()
        writer.close()

    async def _pumped(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(65_536):
                await self._whole.wait()
                writer.write(some)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def wired(behind: Path) -> AsyncIterator[Wire]:
    """A wire to a database's socket."""
    wire = Wire(behind)
    server = await asyncio.start_server(wire.took, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.mend()
        wire.cut()
