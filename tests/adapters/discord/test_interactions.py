"""Commands, menus, buttons and forms of Discord: kept first, acknowledged then, and read as what was meant."""

from __future__ import annotations

from dataclasses import replace

import discord as discord_py
import pytest

from adapters.buttons import Act
from adapters.chat import Body, Button, Card, Message, Press, Row, Section, Style
from adapters.discord.answers import Answers
from adapters.discord.buttons import drawn
from adapters.discord.port import DiscordPort
from adapters.language import Start, parse
from adapters.verbs import Place
from goals.domain.values import Origin, Person
from tests.adapters.discord.conftest import Kept
from tests.adapters.discord.port.conftest import nobody, nothing
from tests.given import NOW, goal
from tests.peers.clock import ManualClock
from tests.peers.discord import Discord

pytestmark = pytest.mark.usefixtures("client")

ASKS = "Why not? The agent is told."
DENY = Button("Deny…", Act.DENY, "g7k2-1", Style.DANGER, asks=ASKS)
STOP = Button("Stop", Act.CANCEL, "g7k2", Style.DANGER, confirm="Stop goal g7k2 for good?")
PAUSE = Button("Pause", Act.PAUSE, "g7k2")


def ana(discord: Discord, *roles: str) -> Person:
    return Person(discord.person("ana"), "ana", "discord", discord.guild, roles)


def demo(discord: Discord, thread: str = "") -> Origin:
    return Origin("discord", discord.channel("demo"), thread, thread, discord.guild)


def bare(act: object) -> object:
    """An act without its key, which no two have alike."""
    assert isinstance(act, Message | Press)
    return replace(act, key="")


async def shown(client: discord_py.Client, discord: Discord, *buttons: Button) -> str:
    """A message of the bot with buttons."""
    channel = client.get_partial_messageable(int(discord.channel("demo")))
    view = discord_py.ui.View(timeout=None)
    for number, button in enumerate(buttons):
        view.add_item(drawn(button, number))
    sent = await channel.send("g7k2", view=view)
    view.stop()
    return str(sent.id)


async def test_a_command_is_what_somebody_says_after_goal(discord: Discord, kept: Kept) -> None:
    role = discord.role("oncall", "ana")
    done = await discord.slash("ana", "demo", "goal start", objective="fix it", verify="pytest -q")
    said = Message("", ana(discord, role), demo(discord), "", '/goal --verify "pytest -q" fix it')
    assert ([bare(act) for act in kept.acts], [m["content"] for m in done.messages]) == (
        [said],
        ['👀 `/goal --verify "pytest -q" fix it`'],
    )


async def test_a_command_in_a_thread_is_said_there(
    client: discord_py.Client, discord: Discord, kept: Kept
) -> None:
    root = await discord.say("ana", "demo", "look")
    channel = client.get_channel(int(discord.channel("demo")))
    assert isinstance(channel, discord_py.TextChannel)
    thread = await channel.get_partial_message(int(root)).create_thread(name="look")
    await discord.slash("ana", str(thread.id), "goal change add", text="and test it")
    said = Message("", ana(discord), demo(discord, str(thread.id)), "", "/goal add and test it", "add")
    assert [bare(act) for act in kept.acts] == [said]


async def test_somebody_who_is_picked_in_a_field_is_meant_by_their_id(discord: Discord, kept: Kept) -> None:
    ben = discord.person("ben")
    hook = {"on-achieved": f"notify:<@{ben}>"}
    await discord.slash("ana", "demo", "goal monitor", objective="it is up", every="1m", **hook)
    [said] = kept.acts
    assert isinstance(said, Message) and f"--on-achieved notify:@{ben}" in said.text


async def test_what_cannot_be_read_is_said_to_the_author_alone_and_not_kept(
    discord: Discord, kept: Kept
) -> None:
    done = await discord.slash("ana", "demo", "goal start", objective="x", **{"max-usd": "lots"})
    [told] = done.messages
    assert (kept.acts, "wants an amount above 0" in told["content"], told["flags"] & 64) == ([], True, 64)


async def test_what_cannot_be_kept_is_told_as_failed(discord: Discord, kept: Kept) -> None:
    kept.full = True
    done = await discord.slash("ana", "demo", "goal board")
    assert [message["content"] for message in done.messages] == [
        "Goalward cannot write this down now: look in a minute whether it was done, and do it again if not."
    ]


async def test_an_old_button_counts_at_once(client: discord_py.Client, discord: Discord, kept: Kept) -> None:
    message = await shown(client, discord, PAUSE)
    done = await discord.press("ana", message, "Pause")
    pressed = Press("", ana(discord), demo(discord, message), message, "pause", "g7k2")
    assert ([bare(act) for act in kept.acts], done.messages) == ([pressed], [])


async def test_a_button_that_wants_to_be_sure_asks_once_more(
    client: discord_py.Client, discord: Discord, kept: Kept
) -> None:
    message = await shown(client, discord, STOP)
    asked = await discord.press("ana", message, "Stop")
    before = list(kept.acts)
    sure = await discord.press("ana", asked.messages[0], "Stop")
    stopped = [(act.action, act.value) for act in kept.acts if isinstance(act, Press)]
    assert (asked.messages[0]["content"], before, stopped, sure.done.is_set()) == (
        "👀 Stop",
        [],
        [("cancel", "g7k2")],
        True,
    )


async def test_who_is_not_sure_does_nothing(client: discord_py.Client, discord: Discord, kept: Kept) -> None:
    asked = await discord.press("ana", await shown(client, discord, STOP), "Stop")
    await discord.press("ana", asked.messages[0], "No")
    assert (kept.acts, asked.messages[0]["content"]) == ([], "Nothing was done.")


async def test_a_button_that_asks_shows_a_form_whose_answer_stands_behind_its_value(
    client: discord_py.Client, discord: Discord, kept: Kept
) -> None:
    message = await shown(client, discord, DENY)
    form = await discord.press("ana", message, "Deny…")
    await discord.submit("ana", form, "too risky")
    pressed = Press("", ana(discord), demo(discord, message), message, "deny", "g7k2-1 too risky")
    assert [bare(act) for act in kept.acts] == [pressed]


async def test_a_goal_is_made_of_a_message_in_its_own_thread(discord: Discord, kept: Kept) -> None:
    message = await discord.say("ben", "demo", "the checkout tests are flaky")
    form = await discord.menu("ana", message, "Make this a goal")
    await discord.submit("ana", form, objective="repair them", verify="pytest -q", budget="$5, 7 turns")
    [said] = kept.acts
    assert isinstance(said, Message)
    read = parse(said.text, Place(), NOW)
    assert isinstance(read, Start)
    asked = read.asked
    assert (said.at, said.id, asked.objective, asked.verify, asked.max_usd, asked.max_turns) == (
        demo(discord, message),
        message,
        "repair them",
        ("pytest -q",),
        5.0,
        7,
    )


async def test_a_form_that_is_filled_in_wrongly_says_what_is_wrong_and_gives_the_words_back(
    discord: Discord, kept: Kept
) -> None:
    message = await discord.say("ben", "demo", "the checkout tests are flaky")
    form = await discord.menu("ana", message, "Make this a goal")
    done = await discord.submit("ana", form, objective="repair them all", budget="lots")
    [told] = [message["content"] for message in done.messages]
    assert (kept.acts, "“lots” is no limit" in told, "repair them all" in told) == ([], True, True)


async def test_a_draft_is_asked_for_in_a_messages_menu(discord: Discord, kept: Kept) -> None:
    message = await discord.say("ben", "demo", "the checkout tests are flaky")
    await discord.menu("ana", message, "Draft a goal from this")
    said = Message(
        "", ana(discord), demo(discord, message), message, "/goal draft the checkout tests are flaky"
    )
    assert [bare(act) for act in kept.acts] == [said]


async def test_the_goals_of_a_channel_are_offered_to_those_who_may_see_them(
    discord: Discord, kept: Kept
) -> None:
    kept.goals, kept.strangers = [goal(objective="fix the tests")], {"zoe"}
    seen = await discord.autocomplete("ana", "demo", "goal pause", "goal", goal="fix")
    hidden = await discord.autocomplete("zoe", "demo", "goal pause", "goal", goal="fix")
    assert (seen, hidden) == ([{"name": "g7k2 · fix the tests · queued", "value": "g7k2"}], [])


async def test_the_presets_of_the_settings_are_offered(discord: Discord) -> None:
    offered = await discord.autocomplete("ana", "demo", "goal start", "verify", objective="x", verify="u")
    assert offered == [{"name": "unit", "value": "unit"}]


async def test_in_direct_messages_somebody_is_of_no_server(discord: Discord, kept: Kept) -> None:
    await discord.slash("ana", "@ana", "goal status", goal="g7k2")
    [said] = kept.acts
    assert (said.who, said.at.tenant) == (Person(discord.person("ana"), "ana", "discord"), "dm")


async def test_a_command_that_is_not_there_any_more_is_told_so(discord: Discord, kept: Kept) -> None:
    """Discord's apps show what they were told last, for a while."""
    root = discord.commands.named(discord.guild, "goal")
    root["options"].append({"type": 1, "name": "dance", "description": "as it was", "options": []})
    done = await discord.slash("ana", "demo", "goal dance")
    [told] = done.messages
    assert (kept.acts, told["content"].startswith("The commands have changed")) == ([], True)


async def test_the_buttons_of_a_posted_card_count_wherever_they_stand_on_it(
    client: discord_py.Client, discord: Discord, kept: Kept
) -> None:
    port = DiscordPort(client, Answers(ManualClock()), nobody, ManualClock(), nothing)
    root = await discord.say("ana", "demo", "look")
    row = Row("g7k2 fix it", buttons=(Button("Resume", Act.RESUME, "g7k2"),))
    card = Card("Board", sections=(Section("Paused", (row,)),))
    shown = await port.post(demo(discord, root), Body("Board", card, (PAUSE, STOP)), key="board")
    await discord.press("ana", shown, "Resume")
    await discord.press("ana", shown, "Pause")
    asked = await discord.press("ana", shown, "Stop")
    await discord.press("ana", asked.messages[0], "Stop")
    pressed = [(act.action, act.value, act.at.thread) for act in kept.acts if isinstance(act, Press)]
    assert pressed == [(action, "g7k2", root) for action in ("resume", "pause", "cancel")]
