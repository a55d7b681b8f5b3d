"""Approvals on Discord: by reaction, button, word and form, each on the message that it was given to, once."""

import asyncio

import pytest

from tests.discord.team import Team
from tests.peers.discord import Discord

GOAL = "/goal --verify 'test -f done' put a file there"


async def test_of_two_open_approvals_the_one_is_approved_whose_message_got_the_check_mark(team: Team) -> None:
    team.house.agent("touch done")
    first, second = await team.mention(GOAL), await team.mention(GOAL)
    await team.question(first)
    await team.discord.react("ben", await team.question(second), "✅")
    await team.stands(second, "completed")
    assert (await team.stands(first, "pending_approval"))["approvals"][0]["status"] == "open"


@pytest.mark.parametrize("way", ["Approve", "approve", "👍🏽", "✅"])
async def test_a_button_a_word_a_thumb_of_any_colour_and_a_check_mark_approve(team: Team, way: str) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    match way:
        case "Approve":
            await team.discord.press("ben", question, way)
        case "approve":
            await team.discord.say("ben", "demo", "@goalward approve", thread=thread)
        case emoji:
            await team.discord.react("ben", question, emoji)
    assert (await team.stands(thread, "completed"))["approvals"][0]["by"] == "ben"


async def test_check_marks_on_the_card_by_the_bot_by_strangers_and_on_old_questions_approve_nothing(
    team_with,
) -> None:
    server = Discord()
    rights = {right: [server.person("ana"), server.person("ben")] for right in ("own", "approve", "operate")}
    channels = {f"discord:{server.guild}:*": rights | {"talk": ["*"]}}
    async with team_with(discord=server, channels=channels) as team:
        thread = await team.mention(GOAL)
        old = await team.question(thread)
        await team.discord.say("ana", "demo", "@goalward deny rather not", thread=thread)

        async def asked_again() -> bool:
            return await team.question(thread) != old

        await team.discord.until(asked_again)
        new = await team.question(thread)
        card = await team.card(thread)
        for message in (card["id"], old, thread):
            await team.discord.react("ben", message, "✅")
        for nobody in ("goalward", "mallory"):
            await team.discord.react(nobody, new, "✅")
        await team.settled()
        goal = await team.stands(thread, "pending_approval")
        assert [row["status"] for row in goal["approvals"]] == ["denied", "open"]


async def test_yes_and_no_in_the_same_second_count_once_and_the_slower_are_told(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await asyncio.gather(
        team.discord.react("ben", question, "✅"),
        team.discord.react("cem", question, "❌"),
        team.discord.press("ana", question, "Approve"),
    )

    def told() -> list[str]:
        every = [text for name in ("ana", "ben", "cem") for text in team.whispered(name)]
        return [text for text in every if text.startswith("Already ")]

    await team.discord.until(lambda: len(told()) == 2)
    goal = await team.goal(thread)
    (team.house.place / "go").touch()
    assert [row["status"] for row in goal["approvals"]] in (["approved"], ["denied"])


async def test_a_yes_taken_back_after_the_work_began_changes_nothing(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await team.discord.react("ben", question, "👍")
    await team.stands(thread, "active")
    await team.discord.unreact("ben", question, "👍")
    (team.house.place / "go").touch()
    goal = await team.stands(thread, "completed")
    assert ([row["status"] for row in goal["approvals"]], goal["turns"]) == (["approved"], 1)


async def test_a_denial_asks_for_its_reason_in_a_form_and_the_agent_gets_it(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    form = await team.discord.press("ben", question, "Deny…")
    await team.discord.submit("ben", form, "keep it small")

    async def asked_again() -> bool:
        return await team.question(thread) != question

    await team.discord.until(asked_again)
    await team.discord.press("ben", await team.question(thread), "Approve")
    goal = await team.stands(thread, "completed")
    assert [row["status"] for row in goal["approvals"]] == ["denied", "approved"]
    assert "keep it small" in team.house.prompts(goal["id"])[0]


async def test_an_approval_open_at_a_restart_still_counts_by_its_old_button(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await team.restart()
    await team.discord.press("ben", question, "Approve")
    assert (await team.stands(thread, "completed"))["label"] == "proven"
