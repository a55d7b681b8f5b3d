"""The platform of docs/adapters.md is one: a goal is asked for, approved and proven in it, and nothing is said twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.chat import Body
from adapters.ear import Ear
from bot.app import Core, open_core
from bot.platforms import Platform
from bot.settings import Settings, load
from goals.domain.values import Origin
from goals.plugins import Plugins
from tests.peers.declared import declared

VERIFY = '{"type": "data", "path": "done", "contains": "yes"}'
PAGE = Path(__file__).resolve().parent.parent / "docs/adapters.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def defined() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "docs.adapters"}
    for block in blocks("python"):
        exec(compile(block, str(PAGE), "exec", dont_inherit=True), names)
    return names


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "goalward.toml").write_text("".join(blocks("toml")))
    agent = {"type": "command", "command": "echo yes > done"}
    given = load(tmp_path / "goalward.toml", {}).model_dump(exclude_unset=True)
    given |= {"state": tmp_path / "state", "agents": {"worker": agent}, "defaults": {"agent": "worker"}}
    return Settings.model_validate(given | {"sandbox": {"mode": "process"}})


@asynccontextmanager
async def bot(settings: Settings, chat: Any) -> AsyncIterator[Core]:
    """The bot with this platform, as `bot.platforms` puts one into its place."""
    core, lock = await open_core(settings, plugins=Plugins(declared))
    platform: Platform = chat
    core.bring("lines", platform.port, platform.introduce)
    core.watch(platform.problems)
    await core.start()
    await platform.start(Ear(core.inbox.accept, core.concerns, core.after_gap), core.service)
    try:
        yield core
    finally:
        await platform.stop()
        await core.stop()
        await platform.close()
        lock.release()


class Person:
    """Somebody with `nc`."""

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


async def test_a_goal_is_asked_for_approved_and_proven_in_the_documented_chat(
    defined: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    chat = defined["LineChat"](tmp_path / "lines.jsonl")
    async with bot(settings, chat) as core, AsyncExitStack() as stack:
        person = Person(*await asyncio.open_connection("127.0.0.1", chat.number))
        stack.callback(person.leave)
        await person.say("what?")
        assert await person.read("say it like")
        await person.say(f"ana: /goal --verify '{VERIFY}' put a file there")
        [thread, question] = (await person.read(r"goalward @(\d+) #(\d+): ✋")).groups()
        button = (await person.read(r"\[Approve\] (!\d+: approve \S+)"))[1]
        await person.say(f"ana +{question}: ✅")
        assert await person.read("may not approve")
        await person.say(f"ben {button}")
        assert await person.read(rf"goalward @{thread} #\d+: .*is proven")
        assert await core.problems() == []


async def test_a_key_that_was_posted_is_known_to_the_documented_chat_after_a_restart(
    defined: dict[str, Any], tmp_path: Path
) -> None:
    there = Origin("lines", "all", "")
    first, second = (defined["LineChat"](tmp_path / "lines.jsonl") for _ in range(2))
    posted = await first.port.post(there, Body("hello"), key="k")
    again = defined["LineChat"](tmp_path / "lines.jsonl")
    assert (posted, await again.port.post(there, Body("hello"), key="k")) == ("1", "1")
    assert await second.port.post(there, Body("else"), key="l") == "1"
