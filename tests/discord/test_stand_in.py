"""The Discord on loopback refuses what the real one refuses, and discord.py finds its way in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import discord
import pytest

from tests.peers.discord import Discord, reached

COMMAND = {
    "name": "goal",
    "description": "Goals",
    "options": [
        {
            "name": "start",
            "description": "Start one",
            "type": 1,
            "options": [{"name": "objective", "description": "What", "type": 3, "required": True}],
        }
    ],
}


class Bot(discord.Client):
    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(
            intents=intents, max_messages=None, guild_ready_timeout=0.1, max_ratelimit_timeout=30
        )
        self.heard: list[Any] = []

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append((message.author.name, message.content))

    async def on_raw_reaction_add(self, reaction: discord.RawReactionActionEvent) -> None:
        self.heard.append((str(reaction.emoji), reaction.message_author_id))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("done", ephemeral=True)
        self.heard.append(interaction.data)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """There is no limit on sessions here."""


@asynccontextmanager
async def online(at: Discord, *, content: bool = False) -> AsyncIterator[Bot]:
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = intents.guild_reactions = True
    intents.message_content = content
    with reached(at):
        async with Bot(intents) as bot:
            running = asyncio.create_task(bot.start(at.token))
            await at.until(lambda: running.done() or bot.is_ready())
            try:
                yield bot
            finally:
                await bot.close()
                await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def calling(at: Discord) -> AsyncIterator[discord.PartialMessageable]:
    """discord.py without a gateway, at the channel demo."""
    with reached(at):
        async with discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30) as client:
            await client.login(at.token)
            yield client.get_partial_messageable(int(at.channel("demo")), guild_id=int(at.guild))


async def test_without_the_intent_only_what_is_meant_for_the_bot_can_be_read() -> None:
    async with Discord() as at, online(at) as bot:
        asked = await at.say("ana", "demo", "@goalward hello")
        await at.say("ana", "demo", "nobody is meant")
        await at.dm("ana", "hello to you alone")
        await at.until(lambda: len(bot.heard) == 3)
        await bot.get_partial_messageable(int(at.channel("demo"))).send("a card")
        (card,) = at.said("demo")
        await at.say("ben", "demo", "and why?", answers=card["id"])
        await at.say("ben", "demo", "I wonder", answers=card["id"], ping=False)
        await at.react("ben", card["id"], "✅")
        await at.until(lambda: len(bot.heard) == 7)
        seen = f"<@{at.bot}> hello"
        assert (asked != "", bot.heard) == (
            True,
            [
                ("ana", seen),
                ("ana", ""),
                ("ana", "hello to you alone"),
                ("goalward", "a card"),
                ("ben", "and why?"),
                ("ben", ""),
                ("✅", int(at.bot)),
            ],
        )


async def test_an_intent_that_is_not_switched_on_is_refused() -> None:
    async with Discord() as at:
        with pytest.raises(discord.PrivilegedIntentsRequired), reached(at):
            intents = discord.Intents.none()
            intents.message_content = True
            async with Bot(intents) as bot:
                await bot.start(at.token)


async def test_what_was_told_while_the_connection_was_lost_is_told_again_and_after_a_fresh_start_it_is_not() -> (
    None
):
    async with Discord() as at, online(at) as bot:
        at.gateway.cut()
        await at.say("ana", "demo", "@goalward one")
        await at.until(lambda: len(bot.heard) == 1)
        at.gateway.forget()
        at.gateway.cut()
        await at.say("ana", "demo", "@goalward two")
        await at.until(lambda: at.gateway.identified == 2)
        await at.say("ana", "demo", "@goalward three")
        await at.until(lambda: len(bot.heard) == 2)
        texts = [text.split()[-1] for _, text in bot.heard]
        assert (texts, at.gateway.resumed) == (["one", "three"], 1)


async def test_a_command_is_answered_once_within_its_time() -> None:
    async with Discord() as at, online(at) as bot:
        with pytest.raises(LookupError):
            await at.slash("ana", "demo", "goal start", objective="x")
        at.commands.replace("", [COMMAND])
        with pytest.raises(LookupError):
            await at.slash("ana", "demo", "goal start")
        done = await at.slash("ana", "demo", "goal start", objective="fix it")
        await at.until(lambda: done.texts)
        assert (done.answered, done.texts, at.whispers[0][0], at.said("demo"), len(bot.heard)) == (
            5,
            ["done"],
            at.person("ana"),
            [],
            1,
        )


async def test_an_answer_that_comes_late_is_refused() -> None:
    async with Discord(patience=0.1) as at, online(at) as bot:
        at.commands.replace("", [COMMAND])
        at.front.slow = 0.3
        done = await at.slash("ana", "demo", "goal start", objective="fix it")
        await at.until(lambda: at.called("POST /interactions/*"))
        assert (done.answered, at.whispers, bot.heard) == (0, [], [])


def _layout(texts: int, size: int = 10) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView()
    for _ in range(texts):
        view.add_item(discord.ui.TextDisplay("x" * size))
    return view


REFUSED: list[tuple[Callable[[], dict[str, Any]], int]] = [
    (lambda: {"content": "x" * 2001}, 50035),
    (lambda: {"content": " "}, 50006),
    (lambda: {"embed": discord.Embed(title="x" * 257)}, 50035),
    (lambda: {"embeds": [discord.Embed(description="x" * 3001)] * 2}, 50035),
    (lambda: {"view": _layout(2, 2001)}, 50035),
    (lambda: {"content": "x", "view": _layout(1)}, 50035),
    (lambda: {"content": "x", "nonce": "n" * 26}, 50035),
    (lambda: {"file": discord.File(BytesIO(b"x" * (10 * 1024**2 + 1)), "big")}, 40005),
]


@pytest.mark.parametrize(("message", "code"), REFUSED, ids=range(len(REFUSED)))
async def test_what_is_too_much_for_a_message_is_refused(
    message: Callable[[], dict[str, Any]], code: int
) -> None:
    async with Discord() as at, calling(at) as channel:
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send(**message())
        assert (refused.value.code, at.said("demo")) == (code, [])


async def test_a_nonce_is_posted_once_even_where_the_answer_was_lost() -> None:
    async with Discord() as at, calling(at) as channel:
        at.break_("POST /channels/*/messages", "after 502")
        first = await channel.send("hello", nonce="key")
        again = await channel.send("hello", nonce="key")
        at.posting.forget_nonces()
        late = await channel.send("hello", nonce="key")
        assert (first.id == again.id, late.id == first.id, len(at.said("demo"))) == (True, False, 2)


async def test_a_thread_has_the_id_of_its_message_and_an_archived_one_wakes_when_it_is_written_to() -> None:
    async with Discord() as at, calling(at) as channel:
        message = await channel.send("a card")
        http = channel._state.http
        made = await http.start_thread_with_message(
            channel.id, message.id, name="a goal", auto_archive_duration=1440
        )
        thread = channel._state._get_client().get_partial_messageable(int(made["id"]))
        with pytest.raises(discord.HTTPException) as twice:
            await http.start_thread_with_message(
                channel.id, message.id, name="a goal", auto_archive_duration=1440
            )
        said = await thread.send("inside")
        at.archive(str(thread.id))
        with pytest.raises(discord.HTTPException) as edited:
            await said.edit(content="changed")
        await thread.send("awake")
        at.archive(str(thread.id), locked=True)
        with pytest.raises(discord.HTTPException) as locked:
            await thread.send("never")
        codes = [each.value.code for each in (twice, edited, locked)]
        assert (thread.id == message.id, codes) == (True, [160004, 50083, 160005])


async def test_rights_that_the_bot_lacks_are_named_by_their_codes() -> None:
    async with Discord() as at, calling(at) as channel:
        at.forbid("demo", "send_messages")
        with pytest.raises(discord.Forbidden) as unsaid:
            await channel.send("hello")
        at.forbid("demo", "view_channel")
        with pytest.raises(discord.Forbidden) as unseen:
            await channel.send("hello")
        at.close_dms("ana")
        ana = await channel._state._get_client().fetch_user(int(at.person("ana")))
        with pytest.raises(discord.Forbidden) as unheard:
            await ana.send("hello")
        assert [each.value.code for each in (unsaid, unseen, unheard)] == [50013, 50001, 50007]


async def test_limits_are_told_with_the_bucket_and_waited_for() -> None:
    async with Discord() as at, calling(at) as channel:
        at.rates.of_route["POST /channels/{channel}/messages"] = (2, 0.3)
        for number in range(5):
            await channel.send(str(number))
        at.limit("POST /channels/*/messages", 0.1, everywhere=True)
        await channel.send("5")
        assert ([m["content"] for m in at.said("demo")], at.rates.limited) == (list("012345"), 1)
