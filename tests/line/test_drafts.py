"""A draft shows what a goal would be; only a person's word makes it one. Without a model it holds one's own words."""

from typing import Any

import pytest

from adapters import language
from adapters.language import Place, Start
from goals.clock import SystemClock
from tests.peers.house import House

NO_MODEL = "No model is set"


async def draft(house: House, thread: str, *, saying: str = "") -> dict[str, Any]:
    """The newest draft of a thread that may be started, once it says this."""
    return await house.shown(
        thread, lambda m: saying in m["text"] and any(b["action"] == "start" for b in m.get("buttons", ()))
    )


async def message(house: House, thread: str, shown: dict[str, Any]) -> dict[str, Any]:
    return next(m for m in await house.messages(thread) if m["id"] == shown["id"])


async def test_a_draft_shows_its_contract_and_the_text_that_asks_for_it_and_starts_nothing(
    house: House,
) -> None:
    thread = await house.say(
        "demo", "/goal draft --max-turns 5 make the login fast\nverify: test -f done\naccept: below 1 s"
    )
    shown = await draft(house, thread)
    told = ("make the login fast", "1. below 1 s", "test -f done", "5 turns", NO_MODEL, "✅ starts it")
    text = shown["text"].split("As a text:\n")[1].split("\n\n")[0]
    read = language.parse(text, Place(), SystemClock().now())
    assert ([part for part in told if part not in shown["text"]], await house.goals()) == ([], [])
    assert isinstance(read, Start) and read.asked.verify == ("test -f done",) and read.asked.max_turns == 5


async def test_a_yes_starts_a_draft_and_makes_who_said_it_the_owner(house: House) -> None:
    house.agent("touch done")

    async def started(how: str) -> tuple[Any, ...]:
        thread = await house.say("demo", "/goal draft put a file there\n--verify 'test -f done'")
        shown = await draft(house, thread)
        match how:
            case "button":
                await house.press(shown, "start", user="ben")
            case "word":
                await house.reply(thread, "/goal approve", user="ben")
            case emoji:
                await house.react(shown, emoji, user="ben")
        goal = await house.stands(thread, "pending_approval")
        answered = await message(house, thread, shown)
        told = ("Started by @ben" in answered["text"], answered.get("buttons"))
        return goal["owner"], shown["card"]["badge"] == f"{goal['id']} · draft", told

    ways = ("👍🏽", "button", "word")
    assert [await started(how) for how in ways] == [("ben", True, (True, None))] * 3


async def test_a_no_drops_a_draft_for_good(house: House) -> None:
    thread = await house.say("demo", "/goal draft rewrite everything")
    shown = await draft(house, thread)
    await house.react(shown, "❌", user="ben")
    dropped = await message(house, thread, shown)
    await house.react(shown, "✅")
    notes = [m["text"] for m in await house.messages(thread) if m.get("private_to") == "ana"]
    assert ("Dropped by @ben" in dropped["text"], notes) == (True, ["Already dropped by @ben."])
    assert await house.goals() == []


async def test_a_reply_changes_a_draft_and_the_older_message_starts_nothing_any_more(house: House) -> None:
    thread = await house.say("demo", "/goal draft make the login fast")
    first = await draft(house, thread)
    await house.reply(thread, "on phones too\n--max-turns 3", user="ben")
    second = await draft(house, thread, saying="on phones too")
    await house.react(first, "✅")
    notes = [m["text"] for m in await house.messages(thread) if m.get("private_to") == "ana"]
    assert (notes, (await message(house, thread, first)).get("buttons")) == (
        ["This draft was changed since; answer on its newest message."],
        None,
    )
    await house.react(second, "✅")
    goal = await house.stands(thread, "pending_approval")
    assert (goal["objective"], goal["budgets"]["max_turns"]) == ("make the login fast\non phones too", 3)


async def test_an_aside_changes_no_draft_and_a_wrong_option_is_told(house: House) -> None:
    thread = await house.say("demo", "/goal draft make the login fast")
    shown = await draft(house, thread)
    said = await house.reply(thread, "!aside who knows this code?")
    said += await house.reply(thread, "--max-trns 3")
    assert said == ["There is no option “--max-trns”. Did you mean `--max-turns`?"]
    assert (await message(house, thread, shown))["buttons"]


async def test_what_could_never_be_a_goal_is_no_draft_either(house: House) -> None:
    thread = await house.say("demo", "/goal draft fix it\n--agent nobody")
    await house.settled()
    (said,) = await house.texts(thread)
    assert said.startswith("There is no agent")


async def test_a_mention_is_offered_as_a_goal_and_never_starts_by_itself(house: House) -> None:
    thread = await house.say("demo", "@goalward could you fix the login?")
    shown = await draft(house, thread)
    assert (await house.goals(), shown["text"].startswith("📝 Make this a goal? could you fix")) == ([], True)
    await house.reply(thread, "@goalward on phones too")
    second = await draft(house, thread, saying="on phones too")
    await house.react(second, "✅")
    goal = await house.stands(thread, "pending_approval")
    assert goal["objective"] == "could you fix the login?\non phones too"


async def test_in_the_thread_of_a_goal_that_has_ended_a_mention_is_offered_too(house: House) -> None:
    thread = await house.say("demo", "/goal put a file there")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal cancel")
    await house.reply(thread, "@goalward put two files there")
    shown = await draft(house, thread)
    assert ("From what @ana said." in shown["text"], len(await house.goals())) == (True, 1)


async def test_in_a_goals_thread_a_mention_is_a_word_to_its_agent(house: House) -> None:
    thread = await house.say("demo", "/goal put a file there")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "@goalward in the folder a")
    said = await house.texts(thread)
    assert ([text for text in said if "Make this a goal?" in text], len(await house.goals())) == ([], 1)


async def test_a_draft_wished_for_in_a_goals_thread_gets_one_of_its_own(house: House) -> None:
    thread = await house.say("demo", "/goal put a file there")
    await house.stands(thread, "pending_approval")
    said = await house.reply(thread, "/goal draft tidy up afterwards")
    assert said == ["The draft comes in a thread of its own, since this one has a goal."]
    own = await opened_by_the_bot(house)
    await house.reply(own, "only the folder a", user="ben")
    await house.react(await draft(house, own, saying="only the folder a"), "✅", user="ben")
    goal = await house.stands(own, "pending_approval")
    assert (goal["objective"], goal["owner"]) == ("tidy up afterwards\nonly the folder a", "ben")


async def opened_by_the_bot(house: House) -> str:
    """The thread that the bot has opened in the channel, once there is one."""

    async def thread() -> str:
        found = (await house.http.get("/api/channels/demo/messages")).raise_for_status().json()["messages"]
        return next((m["thread"] for m in found if m["bot"] and m["thread"] == m["id"]), "")

    own = str(await house.until(thread))
    await house.settled()
    house.know(own, "demo")
    return own


async def test_only_who_may_open_goals_drafts_changes_starts_and_drops(house_with) -> None:
    channels = {"local:demo": {"own": ["ben"]}}
    async with house_with(channels=channels) as house:
        refused = await house.say("demo", "@goalward fix the login")
        await house.settled()
        (note,) = await house.texts(refused)
        thread = await house.say("demo", "/goal draft fix the login", user="ben")
        shown = await draft(house, thread)
        await house.react(shown, "✅")
        await house.press(shown, "drop")
        await house.reply(thread, "and the logout")
        notes = [m["text"] for m in await house.messages(thread) if m.get("private_to") == "ana"]
        assert [('own = ["ana"]' in text) for text in (note, *notes)] == [True] * 4
        assert ((await message(house, thread, shown))["buttons"] != [], await house.goals()) == (True, [])


async def test_a_draft_that_starts_without_approval_of_its_plan_needs_the_right_to_approve(
    house_with,
) -> None:
    async with house_with(channels={"local:demo": {"approve": ["ben"]}}) as house:
        thread = await house.say("demo", "/goal draft --auto-approve fix the login")
        shown = await draft(house, thread)
        await house.react(shown, "✅")
        assert await house.goals() == []
        await house.react(shown, "✅", user="ben")
        assert [goal["owner"] for goal in await house.goals()] == ["ben"]


async def test_a_draft_waits_through_a_restart(house: House) -> None:
    thread = await house.say("demo", "/goal draft fix the login")
    shown = await draft(house, thread)
    await house.restart()
    await house.react(shown, "✅")
    assert (await house.stands(thread, "pending_approval"))["objective"] == "fix the login"


async def test_where_goal_mode_is_off_nothing_is_drafted_changed_or_started(house: House) -> None:
    thread = await house.say("demo", "/goal draft fix the login")
    shown = await draft(house, thread)
    await house.say("demo", "/goal disable")
    await house.settled()
    said = await house.reply(thread, "and the logout")
    await house.react(shown, "✅")
    refused = await house.say("demo", "@goalward fix the logout")
    await house.settled()
    said += [m["text"] for m in await house.messages(thread) if m.get("private_to")]
    said += await house.texts(refused)
    assert ["Goal mode is off in this channel" in text for text in said] == [True] * 3
    assert await house.goals() == []


ELSEWHERE = {"local:demo": {"own": ["ana"], "approve": ["ana"]}, "local:other": {}}
"""Everybody may everything in `other`; in `demo` only ana may start goals."""


@pytest.mark.parametrize("option", ["", "--auto-approve "])
@pytest.mark.parametrize("word", ["approve", "deny"])
async def test_a_draft_is_answered_with_the_rights_of_its_own_channel_wherever_one_speaks(
    house_with, option: str, word: str
) -> None:
    async with house_with(channels=ELSEWHERE) as house:
        thread = await house.say("demo", f"/goal draft {option}fix the login")
        shown = await draft(house, thread)
        name = shown["card"]["badge"].split()[0]
        far = await house.say("other", f"/goal {name} {word}", user="ben")
        await house.settled()
        (told,) = await house.texts(far)
        assert ('own = ["ben"]` under `[channels."local:demo"]' in told) and await house.goals() == []
        assert (await message(house, thread, shown))["buttons"]


async def test_a_draft_is_pressed_with_the_rights_of_its_own_channel(house_with) -> None:
    async with house_with(channels=ELSEWHERE) as house:
        thread = await house.say("demo", "/goal draft fix the login")
        values = {b["action"]: b["value"] for b in (await draft(house, thread))["buttons"]}
        far = await house.say("other", "good morning", user="ben")
        for action in ("start", "drop"):
            path = f"/api/channels/other/messages/{far}/buttons"
            body = {"user": "ben", "action": action, "value": values[action]}
            (await house.http.post(path, json=body)).raise_for_status()
        await house.settled()
        notes = [m["text"] for m in await house.messages(far) if m.get("private_to") == "ben"]
        assert ['under `[channels."local:demo"]' in note for note in notes] == [True, True]
        assert await house.goals() == []


async def test_a_draft_that_is_started_from_elsewhere_begins_in_its_own_thread(house: House) -> None:
    thread = await house.say("demo", "/goal put a file there")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal draft tidy up afterwards")
    own = await opened_by_the_bot(house)
    name = (await draft(house, own))["card"]["badge"].split()[0]
    await house.say("other", f"/goal {name} approve", user="ben")
    assert (await house.stands(own, "pending_approval"))["owner"] == "ben"
