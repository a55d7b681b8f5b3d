"""Who somebody in Discord is is asked where what they did does not say it, and where a thread is where nobody told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord as discord_py
import pytest

from adapters.chat import Busy
from adapters.discord.client import DiscordClient
from adapters.discord.origins import somebody
from adapters.discord.people import FRESH, People
from adapters.discord.rooms import TRIES, Rooms
from goals.domain.values import Origin, Person
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord


@pytest.fixture
async def calling(discord: Discord) -> AsyncIterator[DiscordClient]:
    """Logged in, without a gateway."""
    client = DiscordClient(lambda *_: None, message_content=False, between_sessions=0)
    await client.enter(discord.token)
    yield client
    await client.close()


async def test_members_have_their_roles_and_whoever_is_none_is_a_guest(
    discord: Discord, calling: DiscordClient
) -> None:
    oncall = discord.role("oncall", "ben")
    left, robot = discord.person("eve", member=False), discord.person("robot", bot=True)
    people, ben = People(calling, ManualClock()), discord.person("ben")
    asked = [await people.who(discord.guild, who) for who in (ben, left, robot, "7")]
    assert asked == [
        Person(ben, "ben", "discord", discord.guild, (oncall,)),
        Person(left, "", "discord", discord.guild, guest=True),
        None,
        Person("7", "", "discord", discord.guild, guest=True),
    ]


async def test_in_direct_messages_somebody_is_of_no_server(discord: Discord, calling: DiscordClient) -> None:
    ana = discord.person("ana")
    assert await People(calling, ManualClock()).who("dm", ana) == Person(ana, "ana", "discord")


async def test_somebody_is_asked_for_again_only_after_a_while(
    discord: Discord, calling: DiscordClient
) -> None:
    clock = ManualClock()
    people, ana = People(calling, clock), discord.person("ana")
    for wait in (0, 0, FRESH + 1):
        clock.advance(wait)
        await people.who(discord.guild, ana)
    assert len(discord.called("GET /guilds/*/members/*")) == 2


async def test_who_comes_with_what_they_did_is_not_asked_for(
    discord: Discord, calling: DiscordClient
) -> None:
    ana = Person(discord.person("ana"), "ana", "discord", discord.guild, ("7",))
    assert (await People(calling, ManualClock()).introduce(ana), discord.called("GET /guilds/*")) == (ana, [])


async def test_while_discord_does_not_answer_nobody_is_taken_for_a_guest(
    discord: Discord, calling: DiscordClient
) -> None:
    discord.break_("GET /guilds/*/members/*", "503")
    with pytest.raises(Busy):
        await People(calling, ManualClock()).who(discord.guild, discord.person("ana"))


async def test_a_thread_of_which_nobody_told_is_looked_up_once(
    discord: Discord, calling: DiscordClient
) -> None:
    root = await discord.say("ana", "demo", "hello")
    demo, guild = discord.channel("demo"), int(discord.guild)
    discord.world.open_thread(discord.world.rooms[demo], "a thread", discord.bot, message=root)
    rooms = Rooms(calling)
    found = [await rooms.origin(int(root), guild) for _ in range(2)]
    asked = discord.called(f"GET /channels/{root}")
    assert (found, len(asked)) == ([Origin("discord", demo, root, root, discord.guild)] * 2, 1)


async def test_a_channel_that_the_bot_cannot_see_is_asked_for_again_once_something_changed(
    discord: Discord, calling: DiscordClient
) -> None:
    rooms, demo, guild = Rooms(calling), discord.channel("demo"), int(discord.guild)
    discord.forbid("demo", "view_channel")
    hidden = [await rooms.origin(int(demo), guild) for _ in range(2)]
    discord.permit("demo")
    rooms.changed()
    seen = await rooms.origin(int(demo), guild)
    assert (hidden, seen, len(discord.called(f"GET /channels/{demo}"))) == (
        [None, None],
        Origin("discord", demo, "", tenant=discord.guild),
        2,
    )


async def test_a_thread_of_which_discord_did_not_tell_for_long_is_asked_for_again(
    discord: Discord, calling: DiscordClient
) -> None:
    demo, guild = discord.channel("demo"), int(discord.guild)
    discord.refuse("GET /channels/*", 400, 0, times=TRIES)
    rooms = Rooms(calling, again=0)
    found = [await rooms.origin(int(demo), guild) for _ in range(2)]
    assert found == [None, Origin("discord", demo, "", tenant=discord.guild)]


def test_somebody_has_their_roles_though_discord_has_not_told_of_the_server_yet() -> None:
    state = discord_py.Client(intents=discord_py.Intents.none())._connection
    server = discord_py.Guild(state=state, data={"id": "3", "unavailable": True})  # type: ignore[typeddict-item]
    user = {"id": "2", "username": "ben", "discriminator": "0", "avatar": None}
    told: Any = {"user": user, "roles": ["7"], "joined_at": None, "flags": 0, "deaf": False, "mute": False}
    ben = discord_py.Member(data=told, guild=server, state=state)
    assert somebody(ben) == Person("2", "ben", "discord", "3", ("7",))
