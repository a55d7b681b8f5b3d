"""What people did while the bot or Discord was away takes effect once, and nothing of the last moment is lost."""

import asyncio

from goals.domain.events import Steered
from tests.discord.team import Team

POST = "POST /channels/*/messages"
EDIT = "PATCH /channels/*/messages/*"
GOAL = "/goal --verify 'test -f done' put a file there"


async def test_an_approval_given_while_the_bot_was_away_counts_once(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await team.close()
    team.discord.reacted_unseen("ben", question, "👍🏽")
    await team.open()
    goal = await team.stands(thread, "completed")
    await team.restart()
    await team.settled()
    trail = await team.core.store.history.trail(goal["id"])
    decided = [row.who for row in trail if "ApprovalDecided" in row.what]
    assert (decided, goal["approvals"][0]["by"]) == ([team.discord.person("ben")], "ben")


async def test_a_super_reaction_given_while_the_bot_was_away_counts_too(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await team.close()
    team.discord.burst_unseen("ben", question, "✅")
    await team.open()
    goal = await team.stands(thread, "completed")
    assert goal["approvals"][0]["by"] == "ben"


async def test_what_was_said_to_the_bot_in_a_thread_while_it_was_away_reaches_the_agent_once(
    team: Team,
) -> None:
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await team.close()
    await team.discord.say("ben", "demo", "call it zebra", thread=thread, answers=question, unseen=True)
    await team.discord.say("cem", "demo", "good morning", thread=thread, unseen=True)
    await team.open()
    await team.discord.until(lambda: _told(team))
    await team.restart()
    await team.settled()
    assert await _told(team) == ["zebra"]


async def test_what_was_said_long_before_the_bot_came_back_is_read_back_too(team: Team) -> None:
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    await team.close()
    await team.discord.say("ben", "demo", "call it zebra", thread=thread, answers=question, unseen=True)
    team.house.clock.advance(1800)
    await team.open()
    await team.discord.until(lambda: _told(team))
    await team.settled()
    assert await _told(team) == ["zebra"]


async def _told(team: Team) -> list[str]:
    """The words of which the goal was told."""
    (goal,) = await team.goals()
    events = [stored.event for stored in await team.core.service.events(goal.id)]
    told = [event.text for event in events if isinstance(event, Steered)]
    return [word for word in ("zebra", "morning") for text in told if word in text]


async def test_what_was_said_right_before_the_end_is_there_once_after_it(team: Team) -> None:
    start = {"objective": "put a file there", "verify": "test -f done"}
    asked = [team.discord.slash("ana", "demo", "goal start", **start) for _ in range(3)]
    commands = asyncio.gather(*asked)
    threads = [await team.mention(f"{GOAL} number {number}") for number in range(3)]
    await commands
    await team.restart()

    async def all_there() -> bool:
        return len(await team.goals()) == 6

    await team.discord.until(all_there)
    await team.settled()
    roots = {goal.origin.thread for goal in await team.goals()}
    assert (len(roots), roots >= set(threads)) == (6, True)


async def test_what_was_to_be_said_while_discord_was_away_arrives_after_it_in_order_once(team: Team) -> None:
    team.house.agent(f"until [ -f {team.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await team.mention(GOAL.replace("/goal", "/goal --auto-approve"))
    await team.card(thread)
    team.discord.break_(POST, "before", times=2)
    team.discord.break_(POST, "503", times=2)
    team.discord.break_(POST, "after", times=1)
    team.discord.break_(EDIT, "500", times=2)
    (team.house.place / "go").touch()

    async def told() -> bool:
        team.house.clock.advance(60)
        await asyncio.sleep(0.05)
        return any("Proven" in text for text in team.said(thread))

    await team.discord.until(told)
    await team.settled()
    said = team.said(thread)
    assert (len(said), len(set(said)), "Proven" in said[-1]) == (2, 2, True)
