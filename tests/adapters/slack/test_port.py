"""What the bot says in Slack: once, in its thread, within Slack's limits, pinging nobody, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.chat import Body, Busy, Button, Card, File, Gone, Row, Section, Undeliverable
from adapters.plain import plain
from adapters.slack.port import SlackPort
from adapters.slack.text import escaped
from goals.domain.values import Origin, Person
from tests.adapters.slack.conftest import Links
from tests.peers.slack import Slack

CARD = Card("🎯 Fix it", badge="g7k2 · active", steps=(Row("reproduce", "✓"), Row("fix", "…")))
PAUSE = Button("Pause", "pause", "g7k2")
LONG = Body("\n".join(f"line {number} of a long text" for number in range(600)))
ANA = Person("U0ANA", "ana", "slack", "T0HOME")

Ports = Callable[[], SlackPort]


def said(slack: Slack, at: Origin) -> list[dict[str, Any]]:
    """What the bot has said in a thread."""
    messages = slack.home.thread(slack.home.rooms[at.channel], at.thread)
    return [message for message in messages if message["user"] == slack.bot]


def kinds(message: dict[str, Any]) -> list[str]:
    return [block["type"] for block in message.get("blocks", ())]


async def test_a_post_stands_in_its_thread_with_its_key_and_unfurls_nothing(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    ts = await port.post(thread, Body("Fix it", CARD, (PAUSE,)), key="g7k2:1")
    [message] = said(slack, thread)
    seen = {name: message[name] for name in ("ts", "thread_ts", "metadata", "unfurl_links", "unfurl_media")}
    assert (seen, message["text"], kinds(message)) == (
        {
            "ts": ts,
            "thread_ts": thread.thread,
            "metadata": {"event_type": "goalward_post", "event_payload": {"key": "g7k2:1"}},
            "unfurl_links": False,
            "unfurl_media": False,
        },
        "Fix it",
        ["header", "context", "plan", "actions"],
    )


async def test_the_same_key_never_posts_twice(slack: Slack, port: SlackPort, thread: Origin) -> None:
    first = await port.post(thread, Body("one"), key="k")
    assert (await port.post(thread, Body("one"), key="k"), len(said(slack, thread))) == (first, 1)


async def test_a_post_of_an_earlier_process_is_found_in_the_thread(
    slack: Slack, new_port: Ports, thread: Origin
) -> None:
    first = await new_port().post(thread, Body("one"), key="k")
    assert (await new_port().post(thread, Body("one"), key="k"), len(said(slack, thread))) == (first, 1)


async def test_what_was_posted_outside_of_threads_is_found_too(
    slack: Slack, new_port: Ports, thread: Origin
) -> None:
    top = replace(thread, thread="", root="")
    first = await new_port().post(top, Body("one"), key="root:k")
    assert await new_port().post(top, Body("one"), key="root:k") == first


@pytest.mark.parametrize("how", ["before", "after", "500"])
async def test_a_post_whose_answer_was_lost_stands_there_once(
    slack: Slack, port: SlackPort, thread: Origin, how: str
) -> None:
    slack.break_("chat.postMessage", how)
    with pytest.raises(Busy):
        await port.post(thread, Body("one"), key="k")
    await port.post(thread, Body("one"), key="k")
    assert [message["text"] for message in said(slack, thread)] == ["one"]


async def test_a_long_thread_is_read_back_whole(slack: Slack, new_port: Ports, thread: Origin) -> None:
    first = await new_port().post(thread, Body("one"), key="k")
    for number in range(450):
        slack.said_unseen("ana", "demo", f"reply {number}", thread=thread.thread)
    assert await new_port().post(thread, Body("one"), key="k") == first


async def test_a_thread_is_read_back_once(slack: Slack, port: SlackPort, thread: Origin) -> None:
    for number in range(3):
        await port.post(thread, Body("one"), key=f"k{number}")
    assert [method for method, _ in slack.calls].count("conversations.replies") == 1


async def test_slacks_limit_is_told_in_its_own_seconds(slack: Slack, port: SlackPort, thread: Origin) -> None:
    slack.limit("chat.postMessage", 17)
    with pytest.raises(Busy) as busy:
        await port.post(thread, Body("one"), key="k")
    assert busy.value.seconds == 17


async def test_a_long_message_goes_on_in_the_thread_and_its_buttons_are_on_the_first(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    ts = await port.post(thread, replace(LONG, buttons=(PAUSE,)), key="k")
    messages = said(slack, thread)
    assert [("actions" in kinds(message), message["ts"] == ts) for message in messages] == [
        (True, True),
        (False, False),
    ]


async def test_a_long_message_that_was_cut_short_is_finished_and_not_doubled(
    slack: Slack, new_port: Ports, thread: Origin
) -> None:
    whole = await new_port().post(thread, LONG, key="whole")
    port = new_port()
    slack.break_("chat.postMessage", "after")
    with pytest.raises(Busy):
        await port.post(thread, LONG, key="cut")
    slack.break_("chat.postMessage", "after")
    with pytest.raises(Busy):
        await port.post(thread, LONG, key="cut")
    await port.post(thread, LONG, key="cut")
    keys = [message["metadata"]["event_payload"]["key"] for message in said(slack, thread)]
    assert (bool(whole), keys) == (True, ["whole", "whole part 2", "cut", "cut part 2"])


async def test_what_is_very_long_is_attached_whole(slack: Slack, port: SlackPort, thread: Origin) -> None:
    body = Body(LONG.text * 20)
    await port.post(thread, body, key="k")
    [file] = slack.methods.files.values()
    assert (file["name"], file["content"].decode()) == ("whole.txt", body.text)


async def test_files_follow_their_message_once(slack: Slack, new_port: Ports, thread: Origin) -> None:
    body = Body("The diff is attached.", files=(File("g7k2.diff", "+ a line"),))
    port = new_port()
    slack.break_("files.completeUploadExternal", "after")
    with pytest.raises(Busy):
        await port.post(thread, body, key="k")
    await port.post(thread, body, key="k")
    await new_port().post(thread, body, key="k")
    shown = [[file["name"] for file in message.get("files", ())] for message in said(slack, thread)]
    assert shown == [[], ["g7k2.diff"]]


async def test_a_picture_is_attached_as_it_is(slack: Slack, port: SlackPort, thread: Origin) -> None:
    picture = File("g7k2.png", data=b"\x89PNG", media="image/png")
    await port.post(thread, Body("Its plot.", files=(picture,)), key="k")
    [file] = slack.methods.files.values()
    assert (file["name"], file["content"]) == ("g7k2.png", picture.data)


async def test_a_file_of_the_same_name_is_attached_to_another_message_again(
    slack: Slack, new_port: Ports, thread: Origin
) -> None:
    body = Body("The diff is attached.", files=(File("g7k2.diff", "+ a line"),))
    await new_port().post(thread, body, key="first")
    await new_port().post(thread, body, key="second")
    assert len([message for message in said(slack, thread) if message.get("files")]) == 2


async def test_a_file_that_is_refused_is_named_and_the_message_stays(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    slack.scopes.discard("files:write")
    ts = await port.post(thread, Body("The diff is attached.", files=(File("g7k2.diff", "+"),)), key="k")
    first, second = said(slack, thread)
    assert (first["ts"], second["text"]) == (
        ts,
        "The file g7k2.diff cannot be attached. Slack refuses: the app lacks the scope files:write.",
    )


async def test_a_file_whose_contents_are_refused_is_named_and_keeps_nothing_back(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    slack.break_("upload", "403")
    await port.post(thread, Body("The diff is attached.", files=(File("g7k2.diff", "+"),)), key="k")
    assert [message["text"] for message in said(slack, thread)] == [
        "The diff is attached.",
        "The file g7k2.diff cannot be attached. Slack refuses what is in it (403).",
    ]


@pytest.mark.parametrize("status", ["429", "503"])
async def test_a_file_that_cannot_be_taken_now_is_attached_later(
    slack: Slack, port: SlackPort, thread: Origin, status: str
) -> None:
    body = Body("The diff is attached.", files=(File("g7k2.diff", "+"),))
    slack.break_("upload", status)
    with pytest.raises(Busy):
        await port.post(thread, body, key="k")
    await port.post(thread, body, key="k")
    [first, second] = said(slack, thread)
    assert (first["text"], len(second["files"])) == ("The diff is attached.", 1)


async def test_a_workspace_that_refuses_the_newest_blocks_is_sent_plain_ones_and_not_asked_again(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    slack.take_plain_only()
    await port.post(thread, Body("Fix it", CARD, (PAUSE,)), key="one")
    await port.post(thread, Body("Fix it", CARD, (PAUSE,)), key="two")
    tried = [method for method, _ in slack.calls].count("chat.postMessage")
    assert (tried, [kinds(message) for message in said(slack, thread)]) == (
        3,
        [["header", "context", "section", "actions"], ["header", "context", "rich_text", "actions"]],
    )


async def test_a_card_is_edited_in_place_and_its_decided_buttons_go(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    ts = await port.post(thread, Body("Fix it", CARD, (PAUSE,)), key="k")
    await port.edit(thread, ts, Body("Done", replace(CARD, title="✅ Done")))
    [message] = said(slack, thread)
    assert (message["text"], kinds(message), message["metadata"]["event_payload"]) == (
        "Done",
        ["header", "context", "plan"],
        {"key": "k"},
    )


async def test_what_goes_on_behind_an_edited_message_is_edited_too(
    slack: Slack, new_port: Ports, thread: Origin
) -> None:
    ts = await new_port().post(thread, LONG, key="k")
    await new_port().edit(thread, ts, Body(LONG.text.replace("long", "longer")))
    messages = said(slack, thread)
    assert [("longer text" in str(m["blocks"]), "long text" in str(m["blocks"])) for m in messages] == [
        (True, False),
        (True, False),
    ]


async def test_nobody_is_pinged_but_whom_we_address(slack: Slack, port: SlackPort, thread: Origin) -> None:
    evil = "<!channel> @everyone <@U1> <https://evil.test|preview> ``` *bold* &lt; @ana is asked"
    await port.post(thread, Body(evil, addressed=(ANA,)), key="k")
    [message] = said(slack, thread)
    [block] = message["blocks"]
    before, after = evil.split("@ana")
    assert (message["text"], block) == (
        f"{escaped(before)}<@U0ANA>{after}",
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": before},
                        {"type": "user", "user_id": "U0ANA"},
                        {"type": "text", "text": after},
                    ],
                }
            ],
        },
    )


async def test_a_code_fence_in_a_command_stays_inside_of_its_box(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    card = Card("✋ Approval needed", sections=(Section("Command", (Row("", code="echo ``` <!here>"),)),))
    await port.post(thread, Body(plain(card), card), key="k")
    [message] = said(slack, thread)
    box = message["blocks"][1]["elements"][1]
    assert box == {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": "echo ``` <!here>"}],
    }


async def test_a_private_note_is_seen_by_one_person_in_the_thread(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    await port.private(ANA, thread, Body("Only @oncall may approve here."), key="reply:k")
    [whisper] = slack.methods.whispers
    assert (whisper["user"], whisper["thread_ts"], whisper["text"], said(slack, thread)) == (
        "U0ANA",
        thread.thread,
        "Only @oncall may approve here.",
        [],
    )


async def test_where_the_bot_is_not_in_the_channel_it_answers_what_was_done_there(
    slack: Slack, port: SlackPort, links: Links
) -> None:
    slack.answers["ticket"] = []
    links.urls["c1"] = f"{slack.url}answer/ticket"
    at = Origin("slack", slack.channel("other", member=False), "", tenant=slack.team)
    await port.private(ANA, at, Body("Invite me first."), key="reply:c1")
    [answer] = slack.answers["ticket"]
    assert (answer["text"], answer["response_type"]) == ("Invite me first.", "ephemeral")


async def test_where_nothing_may_be_answered_it_says_so_directly(slack: Slack, port: SlackPort) -> None:
    at = Origin("slack", slack.channel("other", member=False), "", tenant=slack.team)
    await port.private(ANA, at, Body("Invite me first."), key="reply:c1")
    [message] = slack.home.im("U0ANA").messages.values()
    assert message["text"] == "Invite me first."


async def test_a_reaction_given_twice_changes_nothing(slack: Slack, port: SlackPort, thread: Origin) -> None:
    await port.react(thread, thread.root, "👀")
    await port.react(thread, thread.root, "👀")
    room = slack.home.rooms[thread.channel]
    assert room.messages[thread.root]["reactions"] == {"eyes": [slack.bot]}


async def test_reactions_are_those_of_people(slack: Slack, port: SlackPort, thread: Origin) -> None:
    await port.react(thread, thread.root, "👀")
    slack.reacted_unseen("ana", "demo", thread.root, "+1::skin-tone-3")
    assert await port.reactions(thread, thread.root) == [(ANA, "+1::skin-tone-3")]


@pytest.mark.parametrize("what", ["archive", "kick"])
async def test_a_channel_that_is_closed_to_the_bot_is_gone(
    slack: Slack, port: SlackPort, thread: Origin, what: str
) -> None:
    await port.post(thread, Body("one"), key="k")
    getattr(slack, what)("demo")
    with pytest.raises(Gone):
        await port.post(thread, Body("two"), key="k2")


async def test_what_slack_refuses_for_good_says_what_is_missing(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    slack.scopes.discard("chat:write")
    with pytest.raises(Undeliverable, match="the app lacks the scope chat:write"):
        await port.post(thread, Body("one"), key="k")


async def test_a_private_note_brings_its_files_directly(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    await port.private(ANA, thread, Body("It is attached.", files=(File("spec.txt", "spec"),)), key="reply:k")
    [message] = slack.home.im("U0ANA").messages.values()
    assert [file["name"] for file in message["files"]] == ["spec.txt"]


async def test_a_private_note_is_said_once_though_its_file_has_to_be_sent_again(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    body = Body("It is attached.", files=(File("spec.txt", "spec"),))
    slack.break_("files.completeUploadExternal", "before")
    with pytest.raises(Busy):
        await port.private(ANA, thread, body, key="reply:k")
    await port.private(ANA, thread, body, key="reply:k")
    [message] = slack.home.im("U0ANA").messages.values()
    assert (len(slack.methods.whispers), len(message["files"])) == (1, 1)


async def test_a_key_may_name_a_channel(slack: Slack, port: SlackPort, thread: Origin) -> None:
    slack.break_("chat.postMessage", "after")
    with pytest.raises(Busy):
        await port.post(thread, Body("one"), key="hook:notify:#ops")
    await port.post(thread, Body("one"), key="hook:notify:#ops")
    assert len(said(slack, thread)) == 1


async def test_a_channel_is_meant_by_its_id_and_never_by_its_name(
    slack: Slack, port: SlackPort, thread: Origin
) -> None:
    with pytest.raises(Undeliverable, match="by their id"):
        await port.post(replace(thread, channel="ops", thread="", root=""), Body("one"), key="k")
