"""What the bot says in Discord: once, in its thread, within Discord's limits, pinging nobody, whatever goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
import pytest

from adapters.chat import Body, Busy, Button, Card, Colour, File, Gone, Row, Section, Undeliverable
from adapters.discord.calls import LARGEST
from adapters.discord.guard import SHUT
from adapters.discord.port import DiscordPort
from adapters.plain import plain
from goals.domain.values import Origin, Person
from tests.adapters.discord.port.conftest import Followups, nobody, nothing
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord

CARD = Card("🎯 Fix it", badge="g7k2 · active", steps=(Row("reproduce", "✓"), Row("fix", "…")))
PAUSE = Button("Pause", "pause", "g7k2")
LONG_CARD = Card(
    "📋 Goals", sections=(Section("All", tuple(Row(f"line {n} of a long text") for n in range(300))),)
)
LONG = Body(plain(LONG_CARD), LONG_CARD)
LONG_TEXT = Body("\n".join(f"line {number} of a long text" for number in range(200)))
POST, EDIT = "POST /channels/*/messages", "PATCH /channels/*/messages/*"

Ports = Callable[[], DiscordPort]


def shown(message: dict[str, Any]) -> str:
    """All that a message says, but for its buttons."""
    return message["content"] + "\n".join(_texts(message["components"]))


def _texts(components: list[dict[str, Any]]) -> list[str]:
    return [
        text
        for one in components
        for text in (one.get("content", ""), *_texts(one.get("components", [])))
        if text
    ]


def buttons(message: dict[str, Any]) -> list[str]:
    return [label for one in message["components"] for label in _labels(one)]


def _labels(one: dict[str, Any]) -> list[str]:
    inner = [label for each in one.get("components", []) for label in _labels(each)]
    return [one["label"], *inner] if one["type"] == 2 else inner


async def test_a_card_stands_in_the_thread_of_the_message_that_asked_which_is_named_after_it(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    id_ = await port.post(asked, Body("Fix it", CARD, (PAUSE,)), key="g7k2:1")
    [message] = at.said(asked.thread)
    [box] = message["components"]
    room = at.world.rooms[asked.thread]
    assert (message["id"], message["content"], message["flags"], box["accent_color"]) == (
        id_,
        "",
        1 << 15,
        0x3498DB,
    )
    assert (room.parent, room.name, room.archive_after) == (asked.channel, "🎯 Fix it", 10_080)
    assert [part.get("content") or buttons({"components": [part]}) for part in box["components"]] == [
        "### 🎯 Fix it\n-# 🔵 g7k2 · active\n✓ reproduce\n… fix",
        ["Pause"],
    ]


async def test_what_is_posted_outside_of_threads_begins_none_until_something_follows_it(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    top = replace(asked, thread="", root="")
    id_ = await port.post(top, Body("@ana: fix it"), key="root:k")
    without = id_ in at.world.rooms
    await port.post(top.within(id_), Body("Fix it", CARD), key="g7k2:1")
    assert (without, at.world.rooms[id_].name, len(at.said(id_))) == (False, "🎯 Fix it", 1)


async def test_the_same_key_never_posts_twice(at: Discord, port: DiscordPort, asked: Origin) -> None:
    first = await port.post(asked, Body("one"), key="k")
    assert (await port.post(asked, Body("one"), key="k"), len(at.said(asked.thread))) == (first, 1)


@pytest.mark.parametrize("body", [Body("one"), Body("Fix it", CARD, (PAUSE,))])
async def test_a_post_of_an_earlier_process_is_found_in_the_thread_minutes_later(
    at: Discord, new_port: Ports, asked: Origin, body: Body
) -> None:
    first = await new_port().post(asked, body, key="k")
    at.posting.forget_nonces()
    assert (await new_port().post(asked, body, key="k"), len(at.said(asked.thread))) == (first, 1)


async def test_a_text_that_somebody_has_answered_is_no_text_in_doubt(
    at: Discord, new_port: Ports, asked: Origin
) -> None:
    await new_port().post(asked, Body("Goal g7k2 goes on."), key="k")
    at.posting.forget_nonces()
    await at.say("ana", "demo", "again", thread=asked.thread)
    await new_port().post(asked, Body("Goal g7k2 goes on."), key="another")
    assert len(at.said(asked.thread)) == 2


@pytest.mark.parametrize("body", [Body("one"), Body("Fix it", CARD, (PAUSE,))])
@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("minutes_pass", [False, True])
async def test_a_post_whose_answer_was_lost_stands_there_once(
    at: Discord, port: DiscordPort, asked: Origin, body: Body, how: str, minutes_pass: bool
) -> None:
    await port.post(asked, Body("Ready."), key="before")
    at.break_(POST, how)
    with pytest.raises(Busy):
        await port.post(asked, body, key="k")
    if minutes_pass:
        at.posting.forget_nonces()
    await port.post(asked, body, key="k")
    assert len(at.said(asked.thread)) == 2


async def test_an_error_of_the_server_is_tried_again_with_the_same_nonce(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    await port.post(asked, Body("Ready."), key="before")
    at.break_(POST, "after 502")
    await port.post(asked, Body("one"), key="k")
    assert [message["content"] for message in at.said(asked.thread)] == ["Ready.", "one"]


async def test_a_card_is_said_in_words_first_of_which_people_are_notified_and_then_drawn(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person
) -> None:
    body = Body("Approval needed, @ana", CARD, (PAUSE,), addressed=(ana,))
    await port.post(asked, body, key="k")
    [message] = at.said(asked.thread)
    first = at.called(POST)[-1].json
    assert (first["content"], first["allowed_mentions"]["users"], message["content"], buttons(message)) == (
        f"Approval needed, <@{ana.id}>",
        [int(ana.id)],
        "",
        ["Pause"],
    )


@pytest.mark.parametrize("how", ["before", "after"])
async def test_a_card_that_could_not_be_drawn_yet_is_drawn_later_and_said_once(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person, how: str
) -> None:
    body = Body("Approval needed, @ana", CARD, (PAUSE,), addressed=(ana,))
    at.break_(EDIT, how)
    with pytest.raises(Busy):
        await port.post(asked, body, key="k")
    at.posting.forget_nonces()
    await port.post(asked, body, key="k")
    assert [(message["content"], buttons(message)) for message in at.said(asked.thread)] == [("", ["Pause"])]


async def test_nobody_is_pinged_but_whom_we_address(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person
) -> None:
    ben = at.person("ben")
    evil = f"@everyone <@{ben}> [a](https://evil.test) ``` *bold* @ana is asked"
    await port.post(asked, Body(evil, addressed=(ana,)), key="k")
    [message] = at.said(asked.thread)
    call = at.called(POST)[-1].json
    assert (message["content"], call["allowed_mentions"], call["flags"]) == (
        f"@everyone \\<@{ben}\\> \\[a\\](https://evil.test) \\`\\`\\` \\*bold\\* <@{ana.id}> is asked",
        {"parse": [], "users": [int(ana.id)], "roles": []},
        1 << 2,
    )


async def test_a_long_card_goes_on_below_and_its_buttons_are_on_the_first(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    await port.post(asked, replace(LONG, buttons=(PAUSE,)), key="k")
    messages = at.said(asked.thread)
    lines = sum(shown(message).count("of a long text") for message in messages)
    assert ([buttons(message) for message in messages], lines) == ([["Pause"], []], 300)


@pytest.mark.parametrize("body", [LONG, LONG_TEXT])
async def test_a_long_message_that_was_cut_short_is_finished_and_not_doubled(
    at: Discord, new_port: Ports, asked: Origin, body: Body
) -> None:
    whole = [shown(m) for m in (await _posted(at, new_port(), asked, body, "whole"))]
    other = replace(asked, thread="", root="")
    other = other.within(await new_port().post(other, Body("Another."), key="root"))
    port = new_port()
    at.break_(POST, "after", times=2)
    for _ in range(2):
        with pytest.raises(Busy):
            await port.post(other, body, key="cut")
        at.posting.forget_nonces()
    assert [shown(message) for message in await _posted(at, port, other, body, "cut")] == whole


async def _posted(at: Discord, port: DiscordPort, to: Origin, body: Body, key: str) -> list[dict[str, Any]]:
    await port.post(to, body, key=key)
    return at.said(to.thread)


async def test_what_is_very_long_is_attached_whole(at: Discord, port: DiscordPort, asked: Origin) -> None:
    body = Body(LONG_TEXT.text * 20)
    await port.post(asked, body, key="k")
    [(name, _, content)] = at.posting.files.values()
    assert (name, content.decode()) == ("whole.txt", body.text)


async def test_files_follow_their_message_once(at: Discord, new_port: Ports, asked: Origin) -> None:
    body = Body("The diff is attached.", files=(File("g7k2.diff", "+ a line"),))
    port = new_port()
    await port.post(asked, Body("Ready."), key="before")
    at.break_(POST, "before")
    with pytest.raises(Busy):
        await port.post(asked, body, key="k")
    await port.post(asked, body, key="k")
    at.posting.forget_nonces()
    await new_port().post(asked, body, key="k")
    names = [[file["filename"] for file in message["attachments"]] for message in at.said(asked.thread)]
    assert names == [[], [], ["g7k2.diff"]]


async def test_a_picture_is_attached_as_it_is(at: Discord, port: DiscordPort, asked: Origin) -> None:
    picture = File("g7k2.png", data=b"\x89PNG", media="image/png")
    await port.post(asked, Body("Its plot.", files=(picture,)), key="k")
    [(name, _, content)] = at.posting.files.values()
    assert (name, content) == ("g7k2.png", b"\x89PNG")


async def test_a_file_that_is_too_large_is_named_and_the_message_stays(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    body = Body("The log is attached.", files=(File("g7k2.log", "x" * (LARGEST + 1)),))
    await port.post(asked, body, key="k")
    assert [message["content"] for message in at.said(asked.thread)] == [
        "The log is attached.",
        "The file g7k2.log cannot be attached. It has 10.0 MiB, and Discord takes 10.",
    ]


async def test_a_file_that_the_bot_may_not_attach_is_named_and_the_channel_is_not_given_up(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    at.forbid("demo", "attach_files")
    await port.post(asked, Body("The diff is attached.", files=(File("g7k2.diff", "+"),)), key="k")
    await port.post(asked, Body("Done."), key="k2")
    assert [message["content"] for message in at.said(asked.thread)][1:] == [
        "The file g7k2.diff cannot be attached. Discord refuses: the bot lacks a permission there (Attach Files).",
        "Done.",
    ]


async def test_what_discord_refuses_to_draw_is_said_in_words(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    await port.post(asked, Body("Ready."), key="before")
    at.refuse(EDIT, 400, 50035, "Invalid Form Body")
    await port.post(asked, Body("Fix it", CARD, (PAUSE,)), key="k")
    assert [message["content"] for message in at.said(asked.thread)] == ["Ready.", "Fix it"]


async def test_a_card_is_drawn_where_the_bot_may_embed_nothing(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    at.forbid("demo", "embed_links")
    await port.post(asked, Body("Fix it", CARD, (PAUSE,)), key="k")
    [message] = at.said(asked.thread)
    assert (shown(message)[:12], buttons(message)) == ("### 🎯 Fix it", ["Pause"])


async def test_a_card_is_edited_in_place_and_its_decided_buttons_go(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    id_ = await port.post(asked, Body("Fix it", CARD, (PAUSE,)), key="k")
    await port.edit(asked, id_, Body("Done", Card("✅ Done", colour=Colour.GREEN)))
    [message] = at.said(asked.thread)
    assert (shown(message), buttons(message), message["components"][0]["accent_color"]) == (
        "### ✅ Done",
        [],
        0x23A55A,
    )


async def test_words_that_became_a_card_are_redrawn(at: Discord, port: DiscordPort, asked: Origin) -> None:
    id_ = await port.post(asked, Body("Fix it", buttons=(PAUSE,)), key="k")
    await port.edit(asked, id_, Body("Done", CARD))
    [message] = at.said(asked.thread)
    assert (message["content"], shown(message)[:12]) == ("", "### 🎯 Fix it")


async def test_what_goes_on_behind_an_edited_message_is_edited_too(
    at: Discord, new_port: Ports, asked: Origin
) -> None:
    rows = tuple(Row(f"line {n} of a longer text") for n in range(300))
    longer = Card("📋 Goals", sections=(Section("All", rows),))
    id_ = await new_port().post(asked, LONG, key="k")
    await new_port().edit(asked, id_, Body("Longer", longer))
    assert [("a longer" in shown(m), "a long text" in shown(m)) for m in at.said(asked.thread)] == [
        (True, False)
    ] * 3


async def test_of_edits_that_wait_only_the_newest_is_made(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    id_ = await port.post(asked, Body("Fix it", CARD), key="k")
    cards = [Body(f"{n}", Card(f"turn {n}")) for n in range(5)]
    await asyncio.gather(*(port.edit(asked, id_, card) for card in cards))
    [message] = at.said(asked.thread)
    assert (shown(message), len(at.called(EDIT)) < 5) == ("### turn 4", True)


async def test_a_thread_that_sleeps_in_the_archive_is_woken_for_an_edit_and_a_reaction(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    id_ = await port.post(asked, Body("Fix it", CARD), key="k")
    at.archive(asked.thread)
    await port.edit(asked, id_, Body("Done", Card("✅ Done")))
    at.archive(asked.thread)
    await port.react(asked, id_, "👀")
    [message] = at.said(asked.thread)
    assert (shown(message), message["given"]) == ("### ✅ Done", {"👀": [at.bot]})


async def test_a_private_note_is_seen_by_one_person_as_long_as_what_they_did_may_be_answered(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person, followups: Followups
) -> None:
    did = followups.begin("c1", "ana", "demo")
    body = Body("Only @oncall may approve here.", files=(File("spec.txt", "spec"),))
    await port.private(ana, asked, body, key="reply:c1")
    await port.private(ana, asked, body, key="reply:c1")
    assert [(m["content"], [f["filename"] for f in m["attachments"]]) for m in did.messages] == [
        ("Only @oncall may approve here.", []),
        ("", ["spec.txt"]),
    ]


async def test_a_private_card_is_drawn(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person, followups: Followups
) -> None:
    did = followups.begin("c1", "ana", "demo")
    await port.private(ana, asked, Body("Goals", CARD, (PAUSE,)), key="reply:c1")
    assert [buttons(message) for message in did.messages] == [["Pause"]]


@pytest.mark.parametrize("expired", [True, False])
async def test_where_nothing_may_be_answered_it_is_said_directly(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person, followups: Followups, expired: bool
) -> None:
    if expired:
        followups.begin("c1", "ana", "demo")
        at.interactions.expired = True
    body = Body("Invite me first.", files=(File("spec.txt", "spec"),))
    await port.private(ana, asked, body, key="reply:c1")
    assert [(m["content"], len(m["attachments"])) for m in at.said("@ana")] == [
        ("Invite me first.", 0),
        ("", 1),
    ]


async def test_who_takes_no_direct_messages_is_told_so_once_in_the_thread_without_the_note(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person
) -> None:
    at.close_dms("ana")
    await port.private(ana, asked, Body("Secret one"), key="reply:c1")
    await port.private(ana, asked, Body("Secret two"), key="reply:c2")
    assert [message["content"] for message in at.said(asked.thread)] == [
        f"<@{ana.id}>: there is a word for you alone, and you take no direct messages from this bot."
        " Allow them in the privacy settings of this server, then ask again."
    ]


async def test_in_direct_messages_all_is_said_without_threads(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    message = await at.dm("ana", "/goal fix it")
    there = Origin("discord", at.channel("@ana"), message, message, "dm")
    await port.post(there, Body("Fix it", CARD), key="k")
    await port.react(there, message, "👀")
    assert ([shown(one)[:12] for one in at.said("@ana")], message in at.world.rooms) == (
        ["### 🎯 Fix it"],
        False,
    )


async def test_in_a_channel_that_has_no_threads_all_is_said_in_itself_also_after_a_restart(
    at: Discord, new_port: Ports, asked: Origin
) -> None:
    message = await at.dm("ana", "/goal fix it")
    voice = Origin("discord", at.channel("@ana"), message, message, at.guild)
    id_ = await new_port().post(voice, Body("Fix it", CARD), key="k")
    await new_port().edit(voice, id_, Body("Done", Card("✅ Done")))
    assert [shown(one) for one in at.said("@ana")] == ["### ✅ Done"]


async def test_a_reaction_given_twice_changes_nothing(at: Discord, port: DiscordPort, asked: Origin) -> None:
    await port.react(asked, asked.root, "👀")
    await port.react(asked, asked.root, "👀")
    [message] = [one for one in at.posts("demo") if one["id"] == asked.root]
    assert message["given"] == {"👀": [at.bot]}


async def test_reactions_are_those_of_people(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person
) -> None:
    id_ = await port.post(asked, Body("Fix it", CARD), key="k")
    await port.react(asked, id_, "✅")
    for emoji in ("👍🏽", "❌", "🎉"):
        at.reacted_unseen("ana", id_, emoji)
    assert await port.reactions(asked, id_) == [(ana, "👍🏽"), (ana, "❌")]


async def test_a_limit_that_is_too_long_to_wait_for_is_told_in_its_own_seconds(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    await port.post(asked, Body("Ready."), key="before")
    at.limit(POST, 77)
    with pytest.raises(Busy) as busy:
        await port.post(asked, Body("one"), key="k")
    assert busy.value.seconds == 77


@pytest.mark.parametrize("what", ["kick", "forbid", "lock", "delete"])
async def test_a_thread_that_is_closed_to_the_bot_is_gone(
    at: Discord, port: DiscordPort, asked: Origin, what: str
) -> None:
    await port.post(asked, Body("one"), key="k")
    match what:
        case "kick":
            at.kick()
        case "forbid":
            at.forbid("demo", "view_channel")
        case "lock":
            at.archive(asked.thread, locked=True)
        case "delete":
            at.delete_room("demo")
    with pytest.raises(Gone):
        await port.post(asked, Body("two"), key="k2")


async def test_a_thread_that_was_deleted_is_gone_for_edits_and_posts(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    id_ = await port.post(asked, Body("Fix it", CARD), key="k")
    at.delete_room(asked.thread)
    with pytest.raises(Gone):
        await port.edit(asked, id_, Body("Done", CARD))
    port.changed()
    with pytest.raises(Gone):
        await port.post(asked, Body("two"), key="k2")


async def test_a_permission_that_is_missing_is_named(at: Discord, port: DiscordPort, asked: Origin) -> None:
    at.forbid("demo", "create_public_threads")
    with pytest.raises(Gone, match="Create Public Threads"):
        await port.post(asked, Body("one"), key="k")


async def test_a_channel_that_refused_the_bot_is_not_called_again_until_something_changes(
    at: Discord, port: DiscordPort, asked: Origin, clock: ManualClock
) -> None:
    await port.post(asked, Body("one"), key="k")
    at.forbid("demo", "send_messages_in_threads")
    calls = []
    for after in (lambda: None, lambda: None, port.changed, lambda: clock.advance(SHUT)):
        after()
        with pytest.raises(Gone):
            await port.post(asked, Body("two"), key="k2")
        calls.append(len(at.rates.refused))
    at.permit("demo")
    port.changed()
    await port.post(asked, Body("two"), key="k2")
    assert (calls, len(at.said(asked.thread))) == ([1, 1, 2, 3], 2)


async def test_a_right_that_is_missing_shuts_nothing_else(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    at.forbid("demo", "add_reactions")
    with pytest.raises(Gone, match="Add Reactions"):
        await port.react(asked, asked.root, "👀")
    await port.post(replace(asked, thread="", root=""), Body("one"), key="k")
    assert [message["content"] for message in at.said("demo")] == ["one"]


async def test_who_takes_no_direct_messages_is_not_written_to_again_for_a_while(
    at: Discord, port: DiscordPort, asked: Origin, ana: Person
) -> None:
    at.close_dms("ana")
    for number in range(3):
        await port.private(ana, asked, Body("For you alone"), key=f"reply:{number}")
    assert len(at.rates.refused) == 1


async def test_nothing_is_said_before_discord_has_said_whose_the_token_is(
    followups: Followups, clock: ManualClock, asked: Origin, ana: Person
) -> None:
    port = DiscordPort(discord.Client(intents=discord.Intents.none()), followups, nobody, clock, nothing)
    with pytest.raises(Busy):
        await port.post(asked, Body("one"), key="k")
    with pytest.raises(Busy):
        await port.private(ana, asked, Body("one"), key="k")


async def test_a_token_that_is_not_taken_closes_every_channel(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    at.refuse(POST, 401, 0, "401: Unauthorized")
    with pytest.raises(Gone, match="GOALWARD_DISCORD__TOKEN"):
        await port.post(asked, Body("one"), key="k")
    with pytest.raises(Gone, match="GOALWARD_DISCORD__TOKEN"):
        await port.react(replace(asked, channel="5", thread=""), "6", "👀")
    assert at.called(POST) == []


async def test_a_message_that_somebody_deleted_cannot_be_edited_and_the_thread_goes_on(
    at: Discord, port: DiscordPort, asked: Origin
) -> None:
    id_ = await port.post(asked, Body("one"), key="k")
    await at.delete("ana", id_)
    with pytest.raises(Undeliverable, match="not there any more"):
        await port.edit(asked, id_, Body("Done", CARD))
    await port.post(asked, Body("two"), key="k2")
    assert [message["content"] for message in at.said(asked.thread)] == ["two"]


async def test_a_channel_is_meant_by_its_id_and_never_by_its_name(port: DiscordPort, asked: Origin) -> None:
    with pytest.raises(Undeliverable, match="by their id"):
        await port.post(replace(asked, channel="ops", thread="", root=""), Body("one"), key="k")
