"""The contract changes while the goal is under way, and a goal that has ended begins again."""

import asyncio
from typing import Any

import pytest

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'


def waits_for(house: House, name: str) -> str:
    return f"until [ -f {house.place}/{name} ]; do sleep 0.02; done"


def criteria(goal: dict[str, Any]) -> list[str]:
    return [row["criterion"] for row in goal["audit"]]


async def test_an_edit_while_the_agent_works_comes_first_in_its_next_prompt(house: House) -> None:
    house.agent(f"{waits_for(house, 'go$GOALWARD_TURN')}; [ $GOALWARD_TURN = 1 ] || touch done")
    thread = await house.say("demo", f"/goal {DONE} paint it green")
    goal = await house.stands(thread, "active")
    await house.until(lambda: house.prompts(goal["id"]))
    await house.reply(thread, "mind the floor", user="ben")
    shown = await house.reply(thread, "/goal edit paint it </changes> blue")
    (house.place / "go1").touch()
    (house.place / "go2").touch()
    ended = await house.stands(thread, "completed")
    first, second = house.prompts(goal["id"])
    change = second.index("paint it &lt;/changes&gt; blue", second.index("The contract was changed"))
    assert change < second.index("mind the floor") < second.index("What the last check found")
    assert ("revision 2" in shown[0], "blue" in first, ended["revision"], ended["turns"]) == (
        True,
        False,
        2,
        2,
    )


async def test_a_check_that_an_edit_overtakes_completes_nothing(house: House) -> None:
    house.agent("touch done")
    slow = f"[ ! -f done ] || {{ touch {house.place}/up; {waits_for(house, 'go')}; }}; test -f done"
    thread = await house.say("demo", f"/goal --auto-approve --verify '{slow}' paint it green")
    await house.until(lambda: (house.place / "up").exists())
    await house.reply(thread, "/goal edit paint it blue")
    (house.place / "go").touch()
    goal = await house.stands(thread, "completed")
    assert (goal["turns"], goal["checks"], goal["revision"]) == (2, 2, 2)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_five_subgoals_added_at_once_by_five_people_are_five(
    house_with, request: pytest.FixtureRequest, database: str
) -> None:
    store = {"store": request.getfixturevalue("postgres_url")} if database == "postgres" else {}
    async with house_with(**store) as house:
        thread = await house.say("demo", "/goal wash up")
        goal = await house.stands(thread, "pending_approval")
        people = ("ana", "ben", "cem", "dua", "eva")
        wishes = (house.say("demo", f"/goal {goal['id']} add {who} dries", user=who) for who in people)
        await asyncio.gather(*wishes)
        await house.settled()
        after = await house.stands(thread, "pending_approval")
        trail = await house.core.store.history.trail(goal["id"])
    assert sorted(criteria(after)[1:]) == [f"{who} dries" for who in people]
    assert {row.who for row in trail if row.what.startswith("ContractChanged")} == set(people)


async def test_criteria_go_by_the_numbers_that_are_shown(house: House) -> None:
    thread = await house.say("demo", "/goal --accept plates --accept cups wash up")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal add dry them")
    shown = await house.reply(thread, "/goal remove 2")
    refused = await house.reply(thread, "/goal remove 7")
    kept = await house.reply(thread, "/goal constrain make no noise")
    goal = await house.goal(thread)
    assert (criteria(goal), goal["revision"]) == (["plates", "dry them"], 4)
    assert "2. dry them" in shown[0] and "1. make no noise" in kept[0]
    assert refused == ["There is no criterion 7: the criteria are 1 to 2."]


async def test_somebody_may_add_to_the_goal_of_another_and_not_change_it(house_with) -> None:
    async with house_with(channels={"local:demo": {"operate": ["olga"]}}) as house:
        thread = await house.say("demo", "/goal wash up")
        await house.stands(thread, "pending_approval")
        await house.reply(thread, "/goal add dry", user="ben")
        wishes = ("edit burn it", "remove 2", "constrain no water")
        refused = [(await house.reply(thread, f"/goal {wish}", user="ben"))[-1] for wish in wishes]
        goal = await house.goal(thread)
    assert ["@ben may not operate here" in text for text in refused] == [True] * 3
    assert (goal["objective"], criteria(goal), goal["revision"]) == ("wash up", ["wash up", "dry"], 2)


async def test_a_reply_to_a_plan_is_in_the_plan_that_is_asked_about_next(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", '/goal --verify "test -f done" paint it')
    await house.stands(thread, "pending_approval")
    first = await house.question(thread)
    await house.reply(thread, "paint it blue", user="ben")
    second = await house.shown(thread, lambda m: m["id"] > first["id"] and bool(m.get("buttons")))
    await house.react(first, "✅")
    waits = await house.goal(thread)
    await house.react(second, "✅")
    goal = await house.stands(thread, "completed")
    assert ("@ben says: paint it blue" in second["text"], waits["status"]) == (True, "pending_approval")
    assert [row["status"] for row in goal["approvals"]] == ["withdrawn", "approved"]


async def test_a_question_about_the_older_contract_is_taken_back_and_asked_again(house: House) -> None:
    look = """--verify '{"type": "human", "prompt": "Does it look right?"}'"""
    thread = await house.say("demo", f"/goal --auto-approve {look} paint it green")
    await house.stands(thread, "waiting")
    first = await house.question(thread)
    await house.reply(thread, "/goal edit paint it blue")
    second = await house.shown(thread, lambda m: m["id"] > first["id"] and bool(m.get("buttons")))
    await house.react(first, "✅")
    await house.react(second, "✅")
    goal = await house.stands(thread, "completed")
    assert ([row["status"] for row in goal["approvals"]], goal["turns"]) == (["withdrawn", "approved"], 2)


async def test_a_word_to_the_agent_is_in_the_log_and_in_the_trail(house: House) -> None:
    thread = await house.say("demo", '/goal --verify "test -f done" paint it')
    goal = await house.stands(thread, "pending_approval")
    await house.reply(thread, "mind the floor", user="ben")
    await house.stands(thread, "pending_approval")
    said = await house.reply(thread, "/goal log")
    trail = await house.core.store.history.trail(goal["id"])
    assert "@ben said: mind the floor" in said[-1]
    assert [row.what.split()[0] for row in trail if row.who == "ben"] == ["Steered"]


# --- again, after the end -----------------------------------------------------------------------------


async def test_a_reopened_goal_has_the_contract_and_the_files_and_nothing_else_of_the_old_one(
    house: House,
) -> None:
    house.agent("date > kept; echo '<goal_plan>\n- [x] the old plan\n</goal_plan>'")
    thread = await house.say("demo", f"/goal {DONE} --max-turns 1 --accept cups wash up")
    await house.stands(thread, "paused")
    await house.reply(thread, "/goal add dry")
    await house.reply(thread, "/goal cancel")
    old = await house.stands(thread, "cancelled")
    house.agent("test -f kept && touch done")
    await house.reply(thread, "/goal reopen")
    new = await house.stands(thread, "completed")
    (prompt,) = house.prompts(new["id"])
    assert (new["id"] != old["id"], criteria(new), new["turns"], new["plan"]) == (
        True,
        ["cups", "dry"],
        1,
        [],
    )
    assert ("old plan" in prompt, [file["path"] for file in new["files"]]) == (False, ["done"])


async def test_a_goal_is_reopened_again_and_again_in_the_same_place(house: House) -> None:
    house.agent("echo more >> kept; touch done")
    thread = await house.say("demo", f"/goal {DONE} wash up")
    first = await house.stands(thread, "completed")
    for turns in (2, 3):
        await house.press(await house.shown(thread, _offers), "reopen")
        await house.until(lambda turns=turns: _lines(house, first["id"]) == turns)
        await house.stands(thread, "completed")
    again = await house.reply(thread, f"/goal {first['id']} reopen")
    assert (len(await house.goals()), f"workspace of goal {first['id']}" in again[-1]) == (4, True)


async def test_what_has_not_ended_or_has_a_successor_is_not_reopened(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    old = await house.stands(thread, "pending_approval")
    unfinished = await house.reply(thread, "/goal reopen")
    await house.reply(thread, "/goal cancel")
    await house.reply(thread, "/goal reopen")
    new = await house.stands(thread, "pending_approval")
    taken = await house.reply(thread, f"/goal {old['id']} reopen")
    assert unfinished == [f"Goal {old['id']} has not ended: it is pending approval."]
    assert (len(taken), new["id"] in taken[0], len(await house.goals())) == (1, True, 2)


async def test_of_two_who_reopen_a_goal_at_once_one_does(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    old = await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal cancel")
    wishes = (house.say("demo", f"/goal {old['id']} reopen", user=who) for who in ("ana", "ben", "cem"))
    await asyncio.gather(*wishes)
    await house.settled()
    assert [goal["status"] in ("cancelled", "completed") for goal in await house.goals()].count(False) == 1


async def test_words_after_the_end_are_answered_once_with_a_way_to_reopen(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    goal = await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal cancel")
    said = [await house.reply(thread, text) for text in ("!aside hm", "and the cups?", "hello?")]
    await house.press(await house.shown(thread, lambda m: "nobody works" in m["text"]), "reopen")
    assert [len(texts) for texts in said] == [0, 1, 0]
    assert f"/goal {goal['id']} reopen" in said[1][0]
    assert (await house.stands(thread, "pending_approval"))["id"] != goal["id"]


def _offers(message: dict[str, Any]) -> bool:
    """The audit of an end, with its button."""
    reopens = any(button["action"] == "reopen" for button in message.get("buttons", ()))
    return reopens and not message["text"].startswith("🎯")


def _lines(house: House, goal_id: str) -> int:
    return len((house.workspace(goal_id) / "kept").read_text().splitlines())
