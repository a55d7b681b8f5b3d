"""The plan waits for a ✅: by reaction, button or word, of those who may, once."""

import asyncio

import pytest

from tests.peers.house import House

PLANNED = "/goal --verify 'test -f done' put a file there"


async def test_a_goal_waits_for_its_approval_and_says_what_will_run(house: House) -> None:
    thread = await house.say("demo", PLANNED)
    goal = await house.stands(thread, "pending_approval")
    question = await house.question(thread)
    shown = ("put a file there", "test -f done", "agents/worker", "✅")
    assert ([text for text in shown if text not in question["text"]], goal["turns"]) == ([], 0)


async def test_a_check_mark_a_thumb_of_any_colour_a_button_and_a_word_approve(house: House) -> None:
    house.agent("touch done")

    async def approved(how: str) -> str:
        thread = await house.say("demo", PLANNED)
        await house.stands(thread, "pending_approval")
        question = await house.question(thread)
        match how:
            case "button":
                await house.press(question, "approve")
            case "word":
                await house.reply(thread, "/goal approve")
            case emoji:
                await house.react(question, emoji)
        return str((await house.stands(thread, "completed"))["label"])

    ways = ("✅", "👍🏽", ":+1::skin-tone-3:", "button", "word")
    assert [await approved(how) for how in ways] == ["proven"] * 5


async def test_an_answered_question_says_who_answered_and_loses_its_buttons(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", PLANNED)
    await house.stands(thread, "pending_approval")
    question = await house.question(thread)
    await house.react(question, "✅", user="ben")
    await house.stands(thread, "completed")
    (answered,) = [m for m in await house.messages(thread) if m["id"] == question["id"]]
    assert ("approved by @ben" in answered["text"], answered.get("buttons")) == (True, None)


async def test_a_plan_denied_without_a_reason_pauses(house: House) -> None:
    thread = await house.say("demo", PLANNED)
    await house.stands(thread, "pending_approval")
    await house.react(await house.question(thread), "❌")
    goal = await house.stands(thread, "paused")
    assert (goal["reason"], goal["approvals"][0]["status"]) == ("owner", "denied")


async def test_a_plan_denied_with_a_reason_is_planned_again_and_the_agent_gets_the_reason(
    house: House,
) -> None:
    house.agent("touch done")
    thread = await house.say("demo", PLANNED)
    await house.stands(thread, "pending_approval")
    first = await house.question(thread)
    await house.reply(thread, "/goal deny keep it small")
    second = await house.shown(thread, lambda m: m["id"] > first["id"] and bool(m.get("buttons")))
    await house.react(second, "✅")
    goal = await house.stands(thread, "completed")
    assert [row["status"] for row in goal["approvals"]] == ["denied", "approved"]
    assert "keep it small" in house.prompts(goal["id"])[0]


async def test_reactions_on_the_card_and_on_old_questions_approve_nothing(
    house: House,
) -> None:
    thread = await house.say("demo", PLANNED)
    await house.stands(thread, "pending_approval")
    first = await house.question(thread)
    await house.react(await house.card(thread), "✅")
    await house.react(first, "🎉")
    await house.reply(thread, "/goal deny rather not")
    second = await house.shown(thread, lambda m: m["id"] > first["id"] and bool(m.get("buttons")))
    await house.react(first, "✅")
    goal = await house.stands(thread, "pending_approval")
    assert ([row["status"] for row in goal["approvals"]], second["id"] != first["id"]) == (
        ["denied", "open"],
        True,
    )


async def test_a_yes_taken_back_after_the_work_began_changes_nothing(house: House) -> None:
    house.agent(f"until [ -f {house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await house.say("demo", PLANNED)
    question = await house.question(thread)
    await house.react(question, "✅")
    await house.stands(thread, "active")
    await house.take_back(question, "✅")
    (house.place / "go").touch()
    goal = await house.stands(thread, "completed")
    assert ([row["status"] for row in goal["approvals"]], goal["turns"]) == (["approved"], 1)


@pytest.mark.parametrize(("emoji", "word"), [("➕", "paused"), ("🛑", "cancelled"), ("▶️", "active")])
async def test_an_emoji_taken_back_is_no_second_act(house: House, emoji: str, word: str) -> None:
    house.agent(f"until [ -f {house.place}/go ]; do sleep 0.02; done")
    thread = await house.say("demo", f"{PLANNED}\n--auto-approve\n--max-turns 2")
    await house.stands(thread, "active")
    await house.reply(thread, "/goal pause")
    card = await house.card(thread)
    await house.react(card, emoji)
    after = await house.stands(thread, word)
    await house.take_back(card, emoji)
    await house.settled()
    goal = await house.goal(thread)
    (house.place / "go").touch()
    kept = ("status", "budgets", "approvals")
    assert [goal[key] for key in kept] == [after[key] for key in kept]


async def test_only_an_approver_approves_and_others_are_told_privately_what_would_let_them(
    house_with,
) -> None:
    async with house_with(channels={"local:demo": {"approve": ["ben"]}}) as house:
        thread = await house.say("demo", PLANNED)
        await house.stands(thread, "pending_approval")
        question = await house.question(thread)
        await house.react(question, "✅", user="ana")
        await house.press(question, "approve", user="ana")
        await house.reply(thread, "/goal approve", user="ana")
        goal = await house.stands(thread, "pending_approval")
        notes = [m["text"] for m in await house.messages(thread) if m.get("private_to") == "ana"]
        assert (goal["approvals"][0]["status"], len(notes)) == ("open", 3)
        assert all('approve = ["ana"]' in note and 'channels."local:demo"' in note for note in notes)
        refused = await house.say("demo", f"{PLANNED}\n--auto-approve")
        await house.settled()
        assert ("may not approve" in (await house.texts(refused))[0], len(await house.goals())) == (True, 1)


async def test_yes_and_no_at_the_same_instant_count_once_and_the_slower_is_told(house: House) -> None:
    house.agent("sleep 0.5; touch done")
    thread = await house.say("demo", PLANNED)
    await house.stands(thread, "pending_approval")
    question = await house.question(thread)
    await asyncio.gather(
        house.react(question, "✅", user="ana"),
        house.react(question, "✅", user="cem"),
        house.react(question, "❌", user="ben"),
    )
    goal = await house.goal(thread)
    notes = [m["text"] for m in await house.messages(thread) if m.get("private_to")]
    assert ([row["status"] for row in goal["approvals"]] in (["approved"], ["denied"]), len(notes)) == (
        True,
        2,
    )
    assert all(note.startswith("Already ") for note in notes)


async def test_an_approval_open_at_a_restart_still_counts(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", PLANNED)
    await house.stands(thread, "pending_approval")
    await house.restart()
    await house.react(await house.question(thread), "✅")
    assert (await house.stands(thread, "completed"))["label"] == "proven"


async def test_an_open_approval_costs_no_time_and_reminds_once(house: House) -> None:
    thread = await house.say("demo", PLANNED)
    before = await house.stands(thread, "pending_approval")
    for _ in range(2):
        house.clock.advance(600)
        await house.until(lambda: _reminders(house, thread))
        await house.settled()
    after = await house.goal(thread)
    assert (await _reminders(house, thread), after["active_seconds"], after["turns"]) == (
        1,
        before["active_seconds"],
        0,
    )


async def _reminders(house: House, thread: str) -> int:
    return sum(text.startswith("⏰") for text in await house.texts(thread))


async def test_where_nobody_approves_their_own_goal_somebody_else_must(house_with) -> None:
    async with house_with(channels={"local:demo": {"approvals": {"self_approval": False}}}) as house:
        thread = await house.say("demo", '/goal --verify "true" wash up')
        await house.stands(thread, "pending_approval")
        await house.react(await house.question(thread), "✅")
        still = await house.goal(thread)
        await house.react(await house.question(thread), "✅", user="ben")
        ended = await house.stands(thread, "completed")
    assert (still["status"], [a["by"] for a in ended["approvals"]]) == ("pending_approval", ["ben"])


async def test_a_goal_that_nobody_could_approve_is_refused(house_with) -> None:
    alone = {"approve": ["ana"], "approvals": {"self_approval": False}}
    two = {"approve": ["ana", "ben"], "approvals": {"quorum": 2, "self_approval": False}}
    async with house_with(channels={"local:alone": alone, "local:two": two}) as house:
        for channel, wish in (("alone", "/goal x"), ("alone", "/goal --auto-approve x"), ("two", "/goal x")):
            await house.say(channel, wish)
        await house.settled()
        assert [await house.goals("alone"), await house.goals("two")] == [[], []]
