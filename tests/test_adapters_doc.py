"""The platform of docs/adapters.md is one: a goal is asked for, approved and proven in it, and nothing is said twice."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from adapters.chat import Body
from adapters.platform import Given
from bot.app import Core, open_core
from bot.platforms import Platforms
from bot.settings import Settings, load
from goals.clock import SystemClock
from goals.domain.values import Origin
from goals.plugins import Plugins
from tests.peers.declared import declared
from tests.peers.lines import DECLARED, MODULE, PAGE, SETTINGS, Person, free_port

VERIFY = '{"type": "data", "path": "done", "contains": "yes"}'


@pytest.fixture(scope="module")
def defined() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "docs.adapters"}
    exec(compile(MODULE, str(PAGE), "exec", dont_inherit=True), names)
    return names


class Installed(EntryPoint):
    """The entry point as the page declares it, with what the page defines."""

    def load(self) -> Any:
        return LOADED[self.value]


LOADED: dict[str, Any] = {}


@pytest.fixture
def plugins(defined: dict[str, Any]) -> Plugins:
    (group, points), *_ = tomllib.loads(DECLARED)["project"]["entry-points"].items()
    LOADED.update({value: defined[value.partition(":")[2]] for value in points.values()})
    found = [Installed(name, value, group) for name, value in points.items()]
    return Plugins(lambda asked: found if asked == group else declared(asked))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "goalward.toml").write_text(SETTINGS)
    agent = {"type": "command", "command": "echo yes > done"}
    given = load(tmp_path / "goalward.toml", {}).model_dump(exclude_unset=True)
    given["platforms"]["lines"]["port"] = free_port()
    given |= {"state": tmp_path / "state", "agents": {"worker": agent}, "defaults": {"agent": "worker"}}
    return Settings.model_validate(given | {"sandbox": {"mode": "process"}})


@asynccontextmanager
async def bot(settings: Settings, plugins: Plugins) -> AsyncIterator[Core]:
    """The bot with this platform."""
    core, lock = await open_core(settings, plugins=plugins)
    platforms = Platforms(core)
    await core.start()
    await platforms.start()
    try:
        yield core
    finally:
        await platforms.stop()
        await core.stop()
        await platforms.close()
        lock.release()


async def test_a_goal_is_asked_for_approved_and_proven_in_the_documented_chat(
    plugins: Plugins, settings: Settings
) -> None:
    async with bot(settings, plugins) as core, AsyncExitStack() as stack:
        person = await Person.come(settings.platforms["lines"]["port"])
        stack.callback(person.leave)
        await person.story(VERIFY)
        assert await core.problems() == []


async def test_a_key_that_was_posted_is_known_to_the_documented_chat_after_a_restart(
    defined: dict[str, Any], tmp_path: Path
) -> None:
    made, given = defined["LineChat"], Given(SystemClock(), tmp_path)
    there = Origin("lines", "all", "")
    first, second = (made(made.Settings(), given) for _ in range(2))
    posted = await first.port.post(there, Body("hello"), key="k")
    again = made(made.Settings(), given)
    assert (posted, await again.port.post(there, Body("hello"), key="k")) == ("1", "1")
    assert await second.port.post(there, Body("else"), key="l") == "1"
