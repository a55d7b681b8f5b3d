"""What was written while nobody listened is read back from its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.discord.client import DiscordClient
from adapters.discord.reading import Reading
from goals.domain.values import Origin, Person
from tests.peers.discord import Discord

START = datetime(2020, 1, 1, tzinfo=UTC)


async def test_of_a_long_thread_the_newest_is_read_back_in_order(discord: Discord) -> None:
    async def who(tenant: str, user: str) -> Person | None:
        return Person(user, "ana", "discord", tenant)

    client = DiscordClient(lambda *_: None, message_content=False, between_sessions=0)
    await client.enter(discord.token)
    root = await discord.say("ana", "demo", "hello")
    demo = discord.channel("demo")
    discord.world.open_thread(discord.world.rooms[demo], "a thread", discord.bot, message=root)
    for number in range(3):
        await discord.say("ana", "demo", f"@goalward {number}", thread=root)
    at = Origin("discord", demo, root, root, discord.guild)
    read = await Reading(client, who, most=2)(at, START)
    later = await Reading(client, who)(at, datetime.now(UTC) + timedelta(hours=1))
    await client.close()
    assert ([message.text for message in read], later) == (["@goalward 1", "@goalward 2"], [])
