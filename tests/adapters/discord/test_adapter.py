"""A process that only speaks needs no gateway, and nothing is lost that is to be said before Discord lets it in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from adapters.chat import Body, Busy
from adapters.discord import Access, DiscordAdapter
from adapters.offers import Named
from goals.domain.errors import GoalError
from goals.domain.values import Origin
from goals.ports import Registrations
from goals.store import open_store
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord


@pytest.fixture
async def registrations(tmp_path) -> Registrations:
    store = await open_store("", tmp_path, alone=True)
    yield store.registrations
    await store.close()


def adapter(discord: Discord, registrations: Registrations, *, token: str = "") -> DiscordAdapter:
    access = Access(discord.api, SecretStr(token or discord.token), discord.guild)
    return DiscordAdapter(access, ManualClock(), registrations, Named())


async def test_what_only_speaks_begins_no_session(discord: Discord, registrations: Registrations) -> None:
    speaks = adapter(discord, registrations)
    await speaks.open()
    at = Origin("discord", discord.channel("demo"), "", tenant=discord.guild)
    await speaks.port.post(at, Body("hello"), key="once")
    problems = await speaks.problems()
    await speaks.stop()
    await speaks.close()
    said = [message["content"] for message in discord.said("demo")]
    assert (said, problems, discord.gateway.identified, speaks.unheard()) == (["hello"], [], 0, None)


async def test_until_discord_has_let_the_bot_in_everything_is_to_be_tried_again(
    discord: Discord, registrations: Registrations
) -> None:
    discord.break_("GET /users/@me", "503")
    speaks = adapter(discord, registrations)
    await speaks.open()
    at = Origin("discord", discord.channel("demo"), "1", "1", discord.guild)
    with pytest.raises(Busy):
        await speaks.port.post(at, Body("hello"), key="once")
    with pytest.raises(Busy):
        await speaks.port.said(at, since=datetime.now(UTC))
    problems = await speaks.problems()
    await speaks.stop()
    await speaks.close()
    assert problems == ["Discord has not said yet whose the bot's token is."]


async def test_a_token_that_discord_does_not_take_is_named(
    discord: Discord, registrations: Registrations
) -> None:
    speaks = adapter(discord, registrations, token="of.another-app")
    with pytest.raises(GoalError, match="GOALWARD_DISCORD__TOKEN"):
        await speaks.open()
    await speaks.close()
