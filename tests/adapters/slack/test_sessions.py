"""A thread's session is told on change, as often as Slack takes it, and where it is refused no more."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Busy, Gone, Undeliverable
from adapters.sessions import Stand
from adapters.slack.sessions import A_MINUTE, Sessions
from goals.domain.values import Origin
from tests.peers.clock import ManualClock
from tests.peers.slack import Slack


@pytest.fixture
async def sessions(slack: Slack) -> AsyncIterator[Sessions]:
    slack.methods.native = True
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api, session=session, retry_handlers=[])

        async def of_tenant(_: str) -> AsyncWebClient:
            return client

        yield Sessions(of_tenant, ManualClock())


async def test_only_changes_are_told(slack: Slack, sessions: Sessions, thread: Origin) -> None:
    for stand in (Stand.WORKS, Stand.WORKS, Stand.WAITS, Stand.WORKS, Stand.OVER, Stand.OVER, Stand.RESTS):
        await sessions.show(thread, stand, "fix it")
    told = slack.statuses(thread.thread)
    assert told == ["processing", "suspended", "processing", "closed", "active"]


async def test_no_more_is_told_in_a_minute_than_slack_takes(
    slack: Slack, sessions: Sessions, thread: Origin
) -> None:
    with pytest.raises(Busy):
        for _ in range(100):
            await sessions.show(thread, Stand.WORKS, "")
            await sessions.show(thread, Stand.WAITS, "")
    assert len(slack.statuses(thread.thread)) == A_MINUTE


async def test_a_title_is_as_long_as_slack_takes_it(slack: Slack, sessions: Sessions, thread: Origin) -> None:
    await sessions.show(thread, Stand.WORKS, "<&>🎯" * 100)
    assert slack.status("demo", thread.thread) == "processing"


async def test_a_channel_without_the_bot_says_nothing_of_its_workspace(
    slack: Slack, sessions: Sessions, thread: Origin
) -> None:
    slack.kick("demo")
    with pytest.raises(Gone):
        await sessions.show(thread, Stand.WORKS, "")
    slack.invite("demo")
    await sessions.show(thread, Stand.WORKS, "")
    assert slack.status("demo", thread.thread) == "processing"


async def test_a_workspace_that_refuses_is_told_nothing_more(
    slack: Slack, sessions: Sessions, thread: Origin
) -> None:
    slack.methods.native = False
    with pytest.raises(Undeliverable):
        await sessions.show(thread, Stand.WORKS, "")
    slack.methods.native = True
    await sessions.show(thread, Stand.WAITS, "")
    assert slack.statuses(thread.thread) == []


async def test_what_slack_does_not_answer_is_told_again(
    slack: Slack, sessions: Sessions, thread: Origin
) -> None:
    slack.break_("agents.sessions.setStatus", "before")
    with pytest.raises(Busy):
        await sessions.show(thread, Stand.WORKS, "")
    assert slack.status("demo", thread.thread) == ""


async def test_an_app_that_does_not_hear_of_its_stop_button_is_told_so_once(
    slack: Slack, sessions: Sessions, thread: Origin, caplog: pytest.LogCaptureFixture
) -> None:
    slack.methods.hears_stops = False
    with caplog.at_level(logging.WARNING):
        await sessions.show(thread, Stand.WORKS, "")
        await sessions.show(thread, Stand.WAITS, "")
    assert len([row for row in caplog.records if "agent_session_stopped" in row.message]) == 1
