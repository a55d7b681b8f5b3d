"""Budgets hold: warned before, raised by a click or a word, never reset in silence."""

import pytest

from tests.peers.house import House

FAILING = '--auto-approve --no-progress-limit 99 --verify "test -f done"'


async def paused(house: House, turns: int) -> str:
    """A thread whose goal has used all its turns."""
    thread = await house.say("demo", f"/goal {FAILING} --max-turns {turns} put a file there")
    await house.stands(thread, "paused")
    return thread


async def test_turns_that_are_added_resume_a_goal_that_had_spent_them(house: House) -> None:
    thread = await paused(house, 1)
    house.agent("touch done")
    said, *_ = await house.reply(thread, "/goal budget +2 turns")
    goal = await house.stands(thread, "completed")
    assert ("3 turns" in said, goal["turns"], goal["budgets"]["max_turns"]) == (True, 2, 3)


async def test_a_goal_that_has_spent_its_budget_is_not_resumed_without_a_raise(house: House) -> None:
    thread = await paused(house, 1)
    (said,) = await house.reply(thread, "/goal resume")
    goal = await house.stands(thread, "paused")
    assert ("stays paused" in said, goal["turns"]) == (True, 1)


@pytest.mark.parametrize("amount", ["=$5", "=50k"])
async def test_a_budget_that_nobody_could_keep_is_refused_later_too(house: House, amount: str) -> None:
    thread = await paused(house, 1)
    (said,) = await house.reply(thread, f"/goal budget {amount}")
    goal = await house.stands(thread, "paused")
    assert ("reports no usage" in said, goal["budgets"]) == (True, {"max_turns": 1})


async def test_a_raise_button_that_is_pressed_twice_raises_once(house: House) -> None:
    thread = await paused(house, 2)
    pause = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    await house.press(pause, "raise")
    await house.press(pause, "raise", user="ben")
    goal = await house.stands(thread, "paused")
    notes = [m["text"] for m in await house.messages(thread) if m.get("private_to") == "ben"]
    assert (goal["budgets"]["max_turns"], goal["turns"], len(notes)) == (3, 3, 1)


async def test_a_plus_raises_the_tightest_budget_by_half(house: House) -> None:
    thread = await paused(house, 2)
    await house.react(await house.shown(thread, lambda m: m["text"].startswith("⏸")), "➕")
    await house.until(lambda: _allowed(house, thread, 3))


async def test_a_budget_set_below_what_is_spent_pauses_at_once(house: House) -> None:
    house.agent("[ $GOALWARD_TURN -lt 3 ] || sleep 60")
    thread = await house.say("demo", f"/goal {FAILING} --max-turns 9 put a file there")
    goal = await house.goal(thread)
    await house.until(lambda: len(house.prompts(goal["id"])) == 3)
    await house.reply(thread, "/goal budget =2 turns")
    stands = await house.stands(thread, "paused")
    assert (stands["reason"], stands["turns"]) == ("budget", 2)


async def test_each_threshold_is_warned_of_once_per_allowance(house: House) -> None:
    thread = await paused(house, 10)
    warnings = [text for text in await house.texts(thread) if text.startswith("⚠️")]
    assert [text.split("%")[0].split()[-1] for text in warnings] == ["50", "80"]


async def test_only_an_approver_raises_a_budget(house_with) -> None:
    async with house_with(channels={"local:demo": {"approve": ["ben"]}}) as house:
        thread = await house.say("demo", "/goal --max-turns 2 put a file there")
        await house.stands(thread, "pending_approval")
        (said,) = await house.reply(thread, "/goal budget +5 turns", user="ana")
        goal = await house.goal(thread)
        assert ("may not approve" in said, goal["budgets"]["max_turns"]) == (True, 2)


async def test_a_budget_that_cannot_be_read_changes_nothing(house: House) -> None:
    thread = await house.say("demo", "/goal --max-turns 2 put a file there")
    await house.stands(thread, "pending_approval")
    wishes = ("budget -5 turns", "budget =0 turns", "budget +5q", "budget +$2", "budget +50k")
    said = [await house.reply(thread, f"/goal {wish}") for wish in wishes]
    goal = await house.stands(thread, "pending_approval")
    assert ([len(texts) for texts in said], goal["budgets"]) == ([1] * 5, {"max_turns": 2})


async def _allowed(house: House, thread: str, turns: int) -> bool:
    return bool((await house.goal(thread))["budgets"]["max_turns"] == turns)
