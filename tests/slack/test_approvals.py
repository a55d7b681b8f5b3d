"""Approvals in Slack: by reaction, button, word and form, each on the message that it was given to, once."""

import asyncio

import pytest

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def test_of_two_open_approvals_the_one_is_approved_whose_message_got_the_check_mark(team: Team) -> None:
    team.house.agent("touch done")
    first, second = await team.slash(GOAL), await team.slash(GOAL)
    await team.question(first)
    await team.slack.react("ben", "demo", await team.question(second), "white_check_mark")
    await team.stands(second, "completed")
    assert (await team.stands(first, "pending_approval"))["approvals"][0]["status"] == "open"


@pytest.mark.parametrize("way", ["button", "word", "+1::skin-tone-2", "white_check_mark"])
async def test_a_button_a_word_a_thumb_of_any_colour_and_a_check_mark_approve(team: Team, way: str) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    match way:
        case "button":
            await team.slack.press("ben", "demo", question, "approve")
        case "word":
            await team.slack.say("ben", "demo", "@goalward approve", thread=thread)
        case emoji:
            await team.slack.react("ben", "demo", question, emoji)
    assert (await team.stands(thread, "completed"))["approvals"][0]["by"] == "ben"


async def test_check_marks_on_the_card_by_the_bot_and_on_old_questions_approve_nothing(team: Team) -> None:
    thread = await team.slash(GOAL)
    old = await team.question(thread)
    await team.slack.say("ana", "demo", "@goalward deny rather not", thread=thread)
    await team.slack.until(lambda: len([t for t in team.said(thread) if "✋" in t or "approve" in t]) > 1)
    await team.settled()
    new = await team.question(thread)
    card = await team.card(thread)
    for message in (card["ts"], old, thread):
        await team.slack.react("ben", "demo", message, "white_check_mark")
    await team.slack.react("goalward", "demo", new, "white_check_mark")
    goal = await team.stands(thread, "pending_approval")
    assert ([row["status"] for row in goal["approvals"]], new != old) == (["denied", "open"], True)


async def test_yes_and_no_in_the_same_second_count_once_and_the_slower_is_told(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    await asyncio.gather(
        team.slack.react("ben", "demo", question, "white_check_mark"),
        team.slack.react("cem", "demo", question, "x"),
        team.slack.press("ana", "demo", question, "approve"),
    )
    await team.settled()
    goal = await team.goal(thread)
    (team.house.place / "go").touch()
    told = [each["text"] for each in team.slack.whispers]
    assert ([row["status"] for row in goal["approvals"]] in (["approved"], ["denied"]), len(told)) == (
        True,
        2,
    )
    assert all(text.startswith("Already ") for text in told)


async def test_a_yes_taken_back_after_the_work_began_changes_nothing(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    await team.slack.react("ben", "demo", question, "+1")
    await team.stands(thread, "active")
    await team.slack.unreact("ben", "demo", question, "+1")
    (team.house.place / "go").touch()
    goal = await team.stands(thread, "completed")
    assert ([row["status"] for row in goal["approvals"]], goal["turns"]) == (["approved"], 1)


async def test_a_denial_asks_for_its_reason_in_a_form_and_the_agent_gets_it(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    await team.slack.press("ben", "demo", question, "ask:deny")
    view = await team.slack.until(lambda: next(iter(team.slack.views), ""))
    await team.slack.submit("ben", view, {"text": "keep it small"})
    await team.settled()
    second = await team.question(thread)
    await team.slack.press("ben", "demo", second, "approve")
    goal = await team.stands(thread, "completed")
    assert [row["status"] for row in goal["approvals"]] == ["denied", "approved"]
    assert "keep it small" in team.house.prompts(goal["id"])[0]


async def test_an_approval_open_at_a_restart_still_counts(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    await team.restart()
    await team.slack.react("ben", "demo", question, "white_check_mark")
    assert (await team.stands(thread, "completed"))["label"] == "proven"
