"""What is said, reacted, pressed and commanded in Discord takes effect once; what cannot be read is said once."""

import sqlite3

import pytest

from goals.domain.events import Steered
from tests.discord.team import Team, buttons
from tests.peers.discord import Discord

GOAL = "/goal --verify 'test -f done' put a file there"
START = {"objective": "put a file there", "verify": "test -f done"}


async def waiting(team: Team) -> tuple[str, str]:
    """A goal that waits for its approval: its thread and the question."""
    thread = await team.mention(GOAL)
    return thread, await team.question(thread)


async def steers(team: Team, thread: str, word: str) -> int:
    goal = await team.goal(thread)
    events = [stored.event for stored in await team.core.service.events(goal["id"])]
    return sum(word in event.text for event in events if isinstance(event, Steered))


async def test_a_command_is_acknowledged_to_whoever_gave_it_and_opens_a_thread(team: Team) -> None:
    done = await team.discord.slash("ana", "demo", "goal start", **START)
    (goal,) = await team.discord.until(team.goals)
    await team.question(goal.origin.thread)
    await team.discord.until(lambda: done.texts)
    assert (done.answered != 0, goal.owner.name) == (True, "ana")


async def test_a_button_decides_once_however_often_it_is_pressed(team: Team) -> None:
    team.house.agent("touch done")
    thread, question = await waiting(team)
    await team.discord.press("ana", question, "Approve", copies=3)
    goal = await team.stands(thread, "completed")
    trail = await team.core.store.history.trail(goal["id"])
    assert sum("ApprovalDecided" in row.what for row in trail) == 1


async def test_an_answer_to_the_bot_is_a_word_to_the_agent_and_plain_talk_is_said_once_to_be_unseen(
    team: Team,
) -> None:
    thread, question = await waiting(team)
    await team.discord.say("ben", "demo", "call it zebra", answers=question, thread=thread)
    for number in range(3):
        await team.discord.say("cem", "demo", f"I like apples {number}", thread=thread)
    await team.discord.until(lambda: steers(team, thread, "zebra"))
    await team.discord.until(lambda: [text for text in team.said(thread) if "do not reach me" in text])
    await team.restart()
    await team.discord.say("cem", "demo", "I like pears", thread=thread)
    await team.discord.say("cem", "demo", "@goalward pause", thread=thread)
    await team.stands(thread, "paused")
    told = [text for text in team.said(thread) if "do not reach me" in text]
    assert (await steers(team, thread, "apples"), len(told)) == (0, 1)


async def test_with_the_intent_every_word_in_a_thread_reaches_the_agent(team_with) -> None:
    async with team_with(discord=Discord(content=True), section={"message_content": True}) as team:
        thread, _ = await waiting(team)
        await team.discord.say("cem", "demo", "call it zebra", thread=thread)
        await team.discord.until(lambda: steers(team, thread, "zebra"))
        await team.settled()
        assert not [text for text in team.said(thread) if "do not reach me" in text]


async def test_an_answer_to_the_card_in_the_channel_is_said_in_its_thread(team: Team) -> None:
    await team.discord.slash("ana", "demo", "goal start", **START)
    (goal,) = await team.discord.until(team.goals)
    thread = goal.origin.thread
    await team.question(thread)
    await team.discord.say("ben", "demo", "call it zebra", answers=thread)
    await team.discord.until(lambda: steers(team, thread, "zebra"))
    assert len(await team.goals()) == 1


async def test_direct_messages_are_one_thread_with_the_bot(team_with) -> None:
    discord = Discord()
    mine = {right: [discord.person("ana")] for right in ("talk", "own", "approve", "operate")}
    async with team_with(discord=discord, channels={"discord:dm:*": mine}) as team:
        team.house.agent("touch done")
        await discord.dm("ana", GOAL)
        room = discord.acts.room("@ana").id

        async def stands(status: str) -> bool:
            found = await team.core.service.goals(thread_key=f"discord:dm:{room}:{room}")
            return [goal.status for goal in found] == [status]

        await discord.until(lambda: stands("pending_approval"))
        asked = await discord.until(lambda: [m for m in discord.said("@ana") if "Approve" in buttons(m)])
        await discord.react("ana", asked[-1]["id"], "✅")
        await discord.until(lambda: stands("completed"))


async def test_what_bots_and_other_servers_say_means_nothing(team_with) -> None:
    discord = Discord()
    async with team_with(discord=discord) as team:
        discord.person("deploybot", bot=True)
        thread, question = await waiting(team)
        await discord.say("deploybot", "demo", "@goalward cancel", thread=thread)
        await discord.react("deploybot", question, "✅")
        elsewhere = {"guild_id": discord.world.snowflake(), "channel_id": discord.world.snowflake()}
        room, message = discord.acts.holder(thread)
        discord.gateway.tell("MESSAGE_CREATE", {**discord.world.shown(room, message), **elsewhere})
        await discord.say("ana", "demo", "@goalward pause", thread=thread)
        goal = await team.stands(thread, "paused")
        assert (goal["approvals"][0]["status"], len(await team.goals())) == ("withdrawn", 1)


async def test_who_lacks_a_right_is_told_so_alone(team_with) -> None:
    nobody = {right: [] for right in ("talk", "own", "approve", "operate")}
    discord = Discord()
    key = f"discord:{discord.guild}:{discord.channel('demo')}"
    async with team_with(discord=discord, channels={key: nobody}) as team:
        await discord.slash("ana", "demo", "goal start", **START)
        await discord.until(lambda: [text for text in team.whispered("ana") if "own = " in text])
        assert (await team.goals(), team.discord.said("demo")) == ([], [])


async def test_a_right_of_a_role_is_of_those_who_have_it(team_with) -> None:
    discord = Discord()
    oncall = discord.role("oncall", "ben")
    rights = {"talk": ["*"], "own": ["*"], "operate": ["*"], "approve": [f"role:{oncall}"]}
    key = f"discord:{discord.guild}:{discord.channel('demo')}"
    async with team_with(discord=discord, channels={key: rights}) as team:
        team.house.agent("touch done")
        thread, question = await waiting(team)
        await discord.react("ana", question, "✅")
        await team.discord.until(lambda: [t for t in team.whispered("ana") if "approve" in t])
        await discord.react("ben", question, "✅")
        goal = await team.stands(thread, "completed")
        assert goal["approvals"][0]["by"] == "ben"


async def test_what_the_store_could_not_keep_of_what_was_said_is_kept_once_it_can(team: Team) -> None:
    (path,) = team.house.state.glob("*.db")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    thread = await team.mention(GOAL)
    await team.discord.until(lambda: _unwell(team), seconds=60)
    blocker.execute("ROLLBACK")
    blocker.close()
    await team.stands(thread, "pending_approval")
    assert len(await team.goals()) == 1


async def _unwell(team: Team) -> bool:
    return (await team.house.http.get("/readyz")).status_code != 200


@pytest.mark.parametrize("hidden", ["delete", "forbid"])
async def test_a_goal_whose_thread_is_gone_pauses(team: Team, hidden: str) -> None:
    thread, _ = await waiting(team)
    if hidden == "delete":
        team.discord.delete_room(thread)
    else:
        team.discord.forbid("demo", "view_channel")
    goal = await team.goal(thread)
    found = await team.core.service.find(goal["id"])
    await team.core.service.steer(found.id, found.owner, "go on")
    await team.stands(thread, "paused")
