"""What Slack sends is read as what people did, under a key that is the same for every telling of it."""

from typing import Any

import pytest
from pydantic import SecretStr

from adapters.chat import Message, Press, Reaction
from adapters.slack.inbound import Asks, read_command, read_event, read_press, team_of
from adapters.slack.installation import Installation
from goals.domain.values import Origin, Person

US = Installation("T1", "U0BOT", "B1", SecretStr("x"))
ANA = Person("U0ANA", "", "slack", "T1")
WRITTEN = {"type": "message", "user": "U0ANA", "channel": "C1", "ts": "17.000100", "channel_type": "channel"}


def heard(text: str, **more: Any) -> Any:
    return read_event({"event": {**WRITTEN, "text": text, **more}}, US)


def said(text: str, thread: str = "17.000100", who: Person = ANA) -> Message:
    return Message(
        "slack:T1:C1:17.000100", who, Origin("slack", "C1", thread, "17.000100", "T1"), "17.000100", text
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@U0BOT> fix it", "@goalward fix it"),
        ("<@U0BOT|goalward> fix it", "@goalward fix it"),
        ("  <@U0BOT>, fix it", "@goalward, fix it"),
        ("could you fix it, <@U0BOT>?", "@goalward could you fix it, ?"),
        ("<@U0BOT> /goal --verify 'a &amp;&amp; b' x &lt; y", "@goalward /goal --verify 'a && b' x < y"),
        ("<@U0BOT> see <https://x.test/a?b=1&amp;c=2|the page>", "@goalward see https://x.test/a?b=1&c=2"),
        ("<@U0BOT> run <http://setup.py|setup.py>", "@goalward run setup.py"),
        ("<@U0BOT> write <mailto:ana@x.test|ana@x.test>", "@goalward write ana@x.test"),
        ("<@U0BOT> tell <#C2|ops>, <@U0BEN>, <!subteam^S1|@oncall>", "@goalward tell #ops, @U0BEN, @oncall"),
        (
            "<@U0BOT> /goal --on-achieved notify:<#C2|ops> --on-achieved notify:<!subteam^S1|@oncall> x",
            "@goalward /goal --on-achieved notify:#C2 --on-achieved notify:@S1 x",
        ),
        ("<@U0BOT> ping <!here> and <!channel|@channel>", "@goalward ping @here and @channel"),
    ],
)
def test_a_mention_outside_of_threads_is_for_the_bot_wherever_it_stands(text: str, read: str) -> None:
    assert heard(text) == said(read)


@pytest.mark.parametrize("text", ["<@U0BOT> fix it", "please <@U0BOT> fix it"])
def test_both_events_of_one_mention_are_the_same(text: str) -> None:
    mention = {key: value for key, value in WRITTEN.items() if key != "channel_type"} | {
        "type": "app_mention"
    }
    assert read_event({"event": {**mention, "text": text}}, US) == heard(text) != None  # noqa: E711


def test_what_people_tell_each_other_outside_of_threads_is_not_for_the_bot() -> None:
    assert [heard("good morning"), heard("<@U0BEN> are you there?"), heard("the goal of /goal")] == [None] * 3


def test_a_reply_in_a_thread_is_read_as_it_was_typed() -> None:
    replies = [
        heard(text, thread_ts="16.000100") for text in ("a &amp; b", "<@U0BOT> pause", "not you, <@U0BOT>")
    ]
    assert replies == [said(text, "16.000100") for text in ("a & b", "@goalward pause", "not you, @goalward")]


def test_where_nobody_else_reads_no_mention_is_needed() -> None:
    read = [
        heard(text, channel_type="im", channel="D1") for text in ("status", "<@U0BOT> status", "/goal status")
    ]
    assert [message.text for message in read] == [
        "@goalward status",
        "@goalward status",
        "@goalward /goal status",
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B9"},
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"subtype": "message_changed", "hidden": True},
        {"subtype": "message_deleted", "hidden": True},
        {"subtype": "channel_join"},
        {"subtype": "something_new"},
    ],
)
def test_bots_edits_deletions_and_words_of_slack_say_nothing(more: dict[str, Any]) -> None:
    assert heard("<@U0BOT> fix it", **more) is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_people_also_write_with_files_to_the_channel_too_and_of_themselves(subtype: str) -> None:
    assert heard("<@U0BOT> fix it", subtype=subtype) == said("@goalward fix it")


def test_people_of_another_workspace_are_guests() -> None:
    foreign = [heard("<@U0BOT> x", team="T9"), heard("<@U0BOT> x", team="T1", user_team="T9")]
    assert [message.who.guest for message in foreign] == [True, True]


def reacted(**more: Any) -> Any:
    event = {
        "type": "reaction_added",
        "user": "U0ANA",
        "reaction": "+1",
        "item": {"type": "message", "channel": "C1", "ts": "17.000100"},
        "item_user": "U0BOT",
        "event_ts": "18.000200",
    }
    return read_event({"event": {**event, **more}}, US)


@pytest.mark.parametrize("emoji", ["+1", "+1::skin-tone-5", "white_check_mark", "x", "octagonal_sign"])
def test_a_reaction_that_means_something_is_read_with_its_tone(emoji: str) -> None:
    key = f"slack:T1:C1:17.000100:U0ANA:{emoji}:+:18.000200"
    at = Origin("slack", "C1", "", tenant="T1")
    assert reacted(reaction=emoji) == Reaction(key, ANA, at, "17.000100", emoji)


def test_a_reaction_that_is_taken_back_says_so() -> None:
    taken = reacted(type="reaction_removed")
    assert (taken.added, taken.key) == (False, "slack:T1:C1:17.000100:U0ANA:+1:-:18.000200")


@pytest.mark.parametrize(
    "more",
    [
        {"reaction": "tada"},
        {"item_user": "U0BEN"},
        {"user": "U0BOT"},
        {"item": {"type": "file", "file": "F1"}},
    ],
)
def test_other_reactions_mean_nothing(more: dict[str, Any]) -> None:
    assert reacted(**more) is None


def test_a_slash_command_is_a_message_outside_of_every_thread() -> None:
    body = {
        "command": "/goal",
        "text": "tell &lt;@U0BEN|ben&gt; &amp;&amp; <@U0BEN|ben>",
        "user_id": "U0ANA",
        "user_name": "ana",
        "team_id": "T1",
        "channel_id": "C1",
        "trigger_id": "1.2.3",
    }
    who = Person("U0ANA", "ana", "slack", "T1")
    at = Origin("slack", "C1", "", tenant="T1")
    wanted = Message("slack:T1:command:1.2.3", who, at, "", "/goal tell <@U0BEN|ben> && @U0BEN")
    assert read_command(body, US) == wanted


def pressed(action: str, **more: Any) -> Any:
    body = {
        "type": "block_actions",
        "user": {"id": "U0ANA", "username": "ana", "team_id": "T1"},
        "trigger_id": "1.2.3",
        "container": {
            "type": "message",
            "message_ts": "18.000100",
            "channel_id": "C1",
            "thread_ts": "17.000100",
        },
        "actions": [{"type": "button", "action_id": action, "value": "g7k2", "action_ts": "19.1"}],
    }
    return read_press({**body, **more}, US)


PRESSED = Press(
    "slack:T1:press:C1:18.000100:U0ANA:pause#3:19.1",
    Person("U0ANA", "ana", "slack", "T1"),
    Origin("slack", "C1", "17.000100", "17.000100", "T1"),
    "18.000100",
    "pause",
    "g7k2",
)


def test_a_press_is_one_of_its_message_in_its_thread() -> None:
    assert pressed("pause#3") == PRESSED


def test_a_message_outside_of_threads_is_the_thread_of_its_own_buttons() -> None:
    container = {"type": "message", "message_ts": "18.000100", "channel_id": "C1"}
    assert pressed("pause#3", container=container).at.thread == "18.000100"


def test_a_button_that_one_person_alone_sees_is_answered_to_that_person_alone() -> None:
    container = {"type": "message", "message_ts": "18.000100", "channel_id": "C1", "is_ephemeral": True}
    alone, threaded = [
        pressed("details#1", container=container | more) for more in ({}, {"thread_ts": "17.000100"})
    ]
    assert (alone.at.thread, alone.message, threaded.at.thread) == ("", "18.000100", "17.000100")


def test_a_button_that_asks_waits_for_the_text() -> None:
    asks = pressed("ask:deny#2")
    assert isinstance(asks, Asks)
    assert (asks.press.action, asks.trigger) == ("deny", "1.2.3")


def test_a_press_in_the_home_is_answered_to_the_person_alone() -> None:
    home = pressed("pause#1", container={"type": "view", "view_id": "V1"})
    assert (home.at, home.message) == (Origin("slack", "U0ANA", "", tenant="T1"), "")


def test_a_press_on_what_is_no_button_of_ours_is_none() -> None:
    assert [pressed("", actions=[]), pressed("x", actions=[{"type": "static_select", "action_id": "x"}])] == [
        None
    ] * 2


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T9", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}}, "T1"),
        ({"team": None, "team_id": "T1"}, "T1"),
        ({"team": {"id": "T9"}, "view": {"app_installed_team_id": "T1"}}, "T1"),
        ({}, ""),
    ],
)
def test_the_workspace_is_the_one_in_which_we_are_installed(body: dict[str, Any], team: str) -> None:
    assert team_of(body) == team


def stopped(**more: Any) -> Any:
    event = {"type": "agent_session_stopped", "channel": "C1", "thread_ts": "16.000100", "user": "U0ANA"}
    return read_event({"event": {**event, "streaming_message_ts": [], "event_ts": "18.1", **more}}, US)


def test_slacks_own_stop_button_is_that_of_the_threads_goal() -> None:
    at = Origin("slack", "C1", "16.000100", "16.000100", "T1")
    key = "slack:T1:stop:C1:16.000100:U0ANA:18.1"
    assert stopped() == Press(key, ANA, at, "", "cancel", "")


@pytest.mark.parametrize("more", [{"thread_ts": None}, {"user": None}, {"user": "U0BOT"}, {"channel": ""}])
def test_a_stop_of_nobody_or_of_no_thread_is_none(more: dict[str, Any]) -> None:
    assert stopped(**more) is None
