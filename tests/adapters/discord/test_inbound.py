"""What people write on Discord, read as they meant it; what is not for the bot is left alone."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from adapters.chat import Message
from adapters.discord import inbound
from goals.domain.values import Origin, Person

US, ANA, GUILD, CHANNEL, THREAD, ID = 1, 2, 3, 4, 5, 6
WHO = Person(str(ANA), "ana", "discord", str(GUILD))
OUTSIDE = Origin("discord", str(CHANNEL), "", tenant=str(GUILD))
INSIDE = Origin("discord", str(CHANNEL), str(THREAD), str(THREAD), str(GUILD))
DIRECT = Origin("discord", str(CHANNEL), str(CHANNEL), "", "dm")


def user(id_: int, *, bot: bool = False) -> dict[str, Any]:
    return {"id": str(id_), "username": str(id_), "discriminator": "0", "avatar": None, "bot": bot}


def message(content: str, *, mentions: tuple[int, ...] = (), **more: Any) -> discord.Message:
    """As discord.py reads it from the wire."""
    state = discord.Client(intents=discord.Intents.none())._connection
    state.user = discord.ClientUser(state=state, data=user(US, bot=True))  # type: ignore[arg-type,typeddict-item]
    data = {
        "id": str(ID),
        "type": 0,
        "author": user(ANA),
        "content": content,
        "channel_id": str(CHANNEL),
        "mentions": [user(id_) for id_ in mentions],
        "mention_roles": [],
        "mention_everyone": False,
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "tts": False,
        "timestamp": "2026-11-22T05:00:00+00:00",
        "edited_timestamp": None,
        **more,
    }
    channel = discord.PartialMessageable(state=state, id=CHANNEL)
    return discord.Message(state=state, channel=channel, data=data)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@1> /goal fix it", "@goalward /goal fix it"),
        ("<@!1> status", "@goalward status"),
        ("ask <@7> about it", "ask @7 about it"),
        ("in <#8> and <#9>", "in #8 and #9"),
        ("for <@&7>", "for @7"),
        ("on-achieved: notify:<#8>", "on-achieved: notify:#8"),
        ("on-achieved: notify:<@&7>", "on-achieved: notify:@&7"),
        ("on-achieved: notify:<@7>", "on-achieved: notify:@7"),
        ("well done <:party:11> <a:wave:12>", "well done :party: :wave:"),
        ("try </goal start:13>", "try /goal start"),
        ("a < b && c > d", "a < b && c > d"),
        ("  spaces  ", "spaces"),
    ],
)
def test_a_text_is_read_as_it_was_typed(written: str, read: str) -> None:
    assert inbound.plain(written, US, {}) == read


def test_channels_and_roles_that_are_known_are_called_by_their_names() -> None:
    assert inbound.plain("<#8> <@&7>", US, {8: "demo", 7: "oncall"}) == "#demo @oncall"


@pytest.mark.parametrize(
    ("content", "mentions", "at", "text", "thread"),
    [
        ("<@1> /goal fix it", (US,), OUTSIDE, "@goalward /goal fix it", str(ID)),
        ("please <@1> fix it", (US,), OUTSIDE, "@goalward please  fix it", str(ID)),
        ("an answer with a ping", (US,), OUTSIDE, "@goalward an answer with a ping", str(ID)),
        ("/goal fix it", (), OUTSIDE, "/goal fix it", str(ID)),
        ("hello all", (), OUTSIDE, None, ""),
        ("use zebra", (), INSIDE, "use zebra", str(THREAD)),
        ("<@1> pause", (US,), INSIDE, "@goalward pause", str(THREAD)),
        ("fix it", (), DIRECT, "@goalward fix it", str(CHANNEL)),
        ("/goal fix it", (), DIRECT, "/goal fix it", str(CHANNEL)),
    ],
)
def test_what_is_for_the_bot_is_heard_in_its_thread(
    content: str, mentions: tuple[int, ...], at: Origin, text: str | None, thread: str
) -> None:
    heard = inbound.heard(message(content, mentions=mentions), at, WHO, US)
    assert heard == (
        None if text is None else Message(f"discord:{CHANNEL}:{ID}", WHO, _in(at, thread), str(ID), text)
    )


def _in(at: Origin, thread: str) -> Origin:
    return at if at.thread else Origin("discord", at.channel, thread, thread, at.tenant)


@pytest.mark.parametrize(
    ("like", "said"),
    [
        ({}, True),
        ({"type": 19}, True),
        ({"type": 7}, False),
        ({"type": 18}, False),
        ({"type": 21}, False),
        ({"author": user(7, bot=True)}, False),
        ({"webhook_id": "9"}, False),
    ],
)
def test_only_what_people_write_is_said(like: dict[str, Any], said: bool) -> None:
    assert inbound.is_said(message("hello", **like)) is said


def test_a_message_with_nothing_in_it_is_one_that_is_kept_from_us() -> None:
    file = {"id": "9", "filename": "a", "size": 1, "url": "http://a", "proxy_url": "http://a"}
    seen = [message("hello"), message("", attachments=[file]), message("")]
    assert [inbound.is_unseen(each) for each in seen] == [False, False, True]


def given(**like: Any) -> discord.RawReactionActionEvent:
    data = {
        "user_id": str(ANA),
        "channel_id": str(THREAD),
        "message_id": str(ID),
        "guild_id": str(GUILD),
        "message_author_id": str(US),
        "burst": False,
        "type": 0,
        **like,
    }
    sign = discord.PartialEmoji(name=like.get("sign", "✅"))
    return discord.RawReactionActionEvent(data, sign, like.get("event", "REACTION_ADD"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("like", "meant"),
    [
        ({}, True),
        ({"sign": "👍🏾"}, True),
        ({"sign": "🎉"}, False),
        ({"user_id": str(US)}, False),
        ({"message_author_id": "7"}, False),
        ({"event": "REACTION_REMOVE", "message_author_id": None}, True),
    ],
)
def test_reactions_count_on_messages_of_the_bot_alone(like: dict[str, Any], meant: bool) -> None:
    assert inbound.is_meant(given(**like), US) is meant


def test_who_gives_a_reaction_again_means_it_again_and_a_replay_does_not() -> None:
    keys = [inbound.reaction(given(), INSIDE, WHO, place).key for place in ("s:7", "s:7", "s:9")]
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)
