"""Whatever Slack tells twice, or in vain, or as two events, takes effect once."""

import asyncio
import sqlite3

import pytest

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def test_a_mention_that_comes_as_two_events_three_times_each_is_one_goal(team: Team) -> None:
    thread = await team.slack.say("ana", "demo", f"@goalward /goal {GOAL}", again=2)
    await team.stands(thread, "pending_approval")
    cards = [text for text in team.said(thread) if text.startswith("🎯")]
    assert (len(await team.goals()), len(cards), team.slack.delivered >= 6) == (1, 1, True)


async def test_a_command_that_comes_twice_opens_one_thread(team: Team) -> None:
    await team.slack.slash("ana", "demo", GOAL, copies=2)
    await team.slack.until(team.goals)
    await team.settled()
    roots = [m for m in team.slack.posts("demo") if m.get("thread_ts", m["ts"]) == m["ts"]]
    assert (len(await team.goals()), len(roots)) == (1, 1)


async def test_a_reaction_and_a_press_that_come_three_times_decide_once(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    await team.slack.press("ana", "demo", question, "approve", copies=3)
    await team.slack.react("ana", "demo", question, "+1", again=2)
    goal = await team.stands(thread, "completed")
    decided = [
        row for row in await team.core.store.history.trail(goal["id"]) if "ApprovalDecided" in row.what
    ]
    assert (len(decided), goal["turns"]) == (1, 1)


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_what_our_store_could_not_keep_is_not_acknowledged_and_works_when_it_comes_again(
    team_with, way: str
) -> None:
    async with team_with(mode=way) as team:
        (path,) = team.house.state.glob("*.db")
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        said = asyncio.create_task(team.slack.say("ana", "demo", f"@goalward /goal {GOAL}"))
        await team.slack.until(lambda: team.slack.unacknowledged)
        blocker.execute("ROLLBACK")
        blocker.close()
        await team.stands(await said, "pending_approval")
        assert len(await team.goals()) == 1
