"""The chat of docs/adapters.md: its module, what declares it and sets it up, and somebody who is in it with `nc`."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import suppress

from tests.peers.started import ROOT

PAGE = ROOT / "docs/adapters.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


MODULE = "".join(_blocks("python"))
DECLARED = "".join(block for block in _blocks("toml") if block.startswith("[project"))
SETTINGS = "".join(block for block in _blocks("toml") if not block.startswith("[project"))


def free_port() -> int:
    """One that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Person:
    """Somebody with `nc`."""

    @classmethod
    async def come(cls, port: int) -> Person:
        """Once there is a door."""
        async with asyncio.timeout(60):
            while True:
                with suppress(OSError):
                    return cls(*await asyncio.open_connection("127.0.0.1", port))
                await asyncio.sleep(0.05)

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def leave(self) -> None:
        self._writer.close()

    async def say(self, line: str) -> None:
        self._writer.write(f"{line}\n".encode())
        await self._writer.drain()

    async def read(self, pattern: str) -> re.Match[str]:
        """The next line in which this is found."""
        async with asyncio.timeout(60):
            while True:
                line = (await self._reader.readline()).decode()
                assert line, f"the chat ended before {pattern!r}"
                if found := re.search(pattern, line):
                    return found

    async def story(self, verifier: str) -> None:
        """A goal is asked for, its approval is refused to its owner, given by somebody else, and it is proven."""
        await self.say("what?")
        assert await self.read("say it like")
        await self.say(f"ana: /goal --verify '{verifier}' put a file there")
        [thread, question] = (await self.read(r"goalward @(\d+) #(\d+): ✋")).groups()
        button = (await self.read(r"\[Approve\] (!\d+: approve \S+)"))[1]
        await self.say(f"ana +{question}: ✅")
        assert await self.read("may not approve")
        await self.say(f"ben {button}")
        assert await self.read(rf"goalward @{thread} #\d+: .*is proven")
