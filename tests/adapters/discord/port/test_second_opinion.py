"""A Discord that others wrote for tests takes what we post as ours does: the two do not share their mistakes."""

from __future__ import annotations

import discord
import simcord

from adapters.chat import Body, Button, Card, Colour, File, Row
from adapters.discord.port import DiscordPort
from goals.domain.values import Origin, Person
from tests.adapters.discord.port.conftest import nobody, nothing
from tests.peers.clock import ManualClock

CARD = Card("🎯 Fix it", badge="g7k2 · active", steps=(Row("reproduce", "✓"),))
PAUSE = Button("Pause", "pause", "g7k2")


class NoAnswers:
    async def acknowledged(self, key: str) -> None:
        return None

    def followup(self, key: str) -> None:
        return None


async def test_a_goals_thread_on_another_stand_in() -> None:
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = intents.guild_reactions = True
    client = discord.Client(intents=intents, allowed_mentions=discord.AllowedMentions.none())
    async with simcord.run(client) as env:
        guild = env.create_guild()
        demo = guild.create_text_channel("demo")
        member = guild.add_member(env.create_user("ana"))
        asked = str((await member.send(demo, "fix it")).id)
        at = Origin("discord", str(demo.id), asked, asked, str(guild.id))
        ana = Person(str(member.id), "ana", "discord", str(guild.id))
        port = DiscordPort(client, NoAnswers(), nobody, ManualClock(), nothing)

        card = await port.post(at, Body("Fix it", CARD, (PAUSE,)), key="card")
        await port.post(at, Body("Approve, @ana", CARD, (PAUSE,), addressed=(ana,)), key="approval")
        await port.post(at, Body("The diff", files=(File("g7k2.diff", "+"),)), key="diff")
        await port.edit(at, card, Body("Done", Card("✅ Done", colour=Colour.GREEN)))
        await port.react(at, asked, "👀")
        await port.private(ana, at, Body("For you alone"), key="reply:k")

        thread = client.get_partial_messageable(int(asked))
        said = [one async for one in thread.history(oldest_first=True) if one.author == client.user]
        assert [(one.content, _shown(one), [file.filename for file in one.attachments]) for one in said] == [
            ("", ["### ✅ Done"], []),
            ("", [f"### 🎯 Fix it\n-# 🔵 g7k2 · active\n<@{ana.id}>\n✓ reproduce", "Pause"], []),
            ("The diff", [], []),
            ("", [], ["g7k2.diff"]),
        ]


def _shown(message: discord.Message) -> list[str]:
    return [
        getattr(inner, "content", None) or inner.children[0].label
        for box in message.components
        for inner in box.children
    ]
