"""A workspace on loopback with one channel, and the port to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Message
from adapters.slack.port import SlackPort
from goals.domain.values import Origin, Person
from tests.peers.clock import ManualClock
from tests.peers.slack import Slack


class Links:
    """The addresses where what people did may still be answered, by the key of it."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}

    def url(self, key: str) -> str | None:
        return self.urls.get(key)


async def known(tenant: str, user: str) -> Person | None:
    """Everybody is a person but the bot."""
    return None if user == "U0GOALWARD" else Person(user, user.removeprefix("U0").lower(), "slack", tenant)


async def nothing(at: Origin, since: datetime) -> list[Message]:
    """What was missed in a thread."""
    return []


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as peer:
        peer.channel("demo")
        peer.home.room("demo").members.add(peer.person("ana"))
        yield peer


@pytest.fixture
def links() -> Links:
    return Links()


@pytest.fixture
async def new_port(slack: Slack, links: Links) -> AsyncIterator[Callable[[], SlackPort]]:
    """A port as a process has it at its start."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api, session=session, retry_handlers=[])

        async def of_tenant(_: str) -> AsyncWebClient:
            return client

        yield lambda: SlackPort(of_tenant, links, known, ManualClock(), nothing)


@pytest.fixture
def port(new_port: Callable[[], SlackPort]) -> SlackPort:
    return new_port()


@pytest.fixture
async def thread(slack: Slack) -> Origin:
    """Where ana has just asked for a goal."""
    ts = slack.said_unseen("ana", "demo", "/goal fix it")
    return Origin("slack", slack.channel("demo"), ts, ts, slack.team)
