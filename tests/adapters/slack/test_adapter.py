"""Slack put together: whatever breaks, nobody goes on without being heard and without a word."""

import asyncio
from datetime import datetime

from pydantic import SecretStr

from adapters.chat import Body, Inbound
from adapters.ear import Ear
from adapters.slack import Access, SlackAdapter
from goals.board import Board
from goals.domain.values import Goal, Origin, Person
from tests.peers.clock import ManualClock
from tests.peers.slack import Slack


async def nothing(_: Inbound) -> None: ...


async def nowhere(_: str) -> bool:
    return False


class Empty:
    """No goals."""

    async def unfinished(self, **_: str) -> list[Goal]:
        return []

    async def board(self, channel_key: str) -> Board:
        return Board(())

    def may(self, person: Person, right: str, channel_key: str) -> bool:
        return False


async def breaks(_: datetime) -> None:
    raise RuntimeError("out of order")


async def test_where_listening_breaks_there_is_no_hope_rather_than_silence() -> None:
    async with Slack() as slack:
        access = Access("socket", slack.api, SecretStr(slack.bot_token), SecretStr(slack.app_token))
        adapter = SlackAdapter(access, ManualClock())
        await adapter.start(Ear(nothing, nowhere, breaks), Empty())
        try:
            async with asyncio.timeout(60):
                await adapter.hopeless.wait()
        finally:
            await adapter.stop()
            await adapter.close()
    assert adapter.hopeless.is_set()


async def test_who_only_speaks_opens_no_socket() -> None:
    async with Slack() as slack:
        access = Access("socket", slack.api, SecretStr(slack.bot_token), SecretStr(slack.app_token))
        adapter = SlackAdapter(access, ManualClock())
        await adapter.open()
        try:
            there = Origin("slack", slack.channel("demo"), "", tenant=slack.team)
            await adapter.port.post(there, Body("The hook has fired."), key="g7k2:1.hook")
        finally:
            await adapter.stop()
            await adapter.close()
        assert ([m["text"] for m in slack.posts("demo")], slack.sockets.opened) == (
            ["The hook has fired."],
            0,
        )
