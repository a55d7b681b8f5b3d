"""What people did while the bot or Slack was away takes effect once, and what was to be said arrives, in order, once."""

import asyncio

from goals.domain.events import Steered
from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def test_an_approval_given_while_the_bot_was_away_counts_once(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    await team.close()
    team.slack.reacted_unseen("ben", "demo", question, "+1::skin-tone-4")
    await team.open()
    goal = await team.stands(thread, "completed")
    await team.restart()
    await team.settled()
    decided = [
        row for row in await team.core.store.history.trail(goal["id"]) if "ApprovalDecided" in row.what
    ]
    assert ([row.who for row in decided], goal["approvals"][0]["by"]) == (["U0BEN"], "ben")


async def test_what_was_written_in_a_thread_while_the_bot_was_away_reaches_the_agent_once(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    first = await team.question(thread)
    await team.close()
    team.slack.said_unseen("ben", "demo", "call it by another name &amp; soon", thread=thread)
    team.slack.said_unseen("cem", "demo", "good morning")
    await team.open()
    await team.restart()
    await team.slack.until(lambda: _steers(team))
    await team.slack.until(lambda: _asked_again(team, thread, first))
    await team.slack.react("ana", "demo", await team.question(thread), "+1")
    goal = await team.stands(thread, "completed")
    told = "\n".join(team.house.prompts(goal["id"]))
    assert (await _steers(team), "call it by another name" in told) == (1, True)


async def _asked_again(team: Team, thread: str, first: str) -> bool:
    return await team.question(thread) != first


async def _steers(team: Team) -> int:
    (goal,) = await team.goals()
    events = [stored.event for stored in await team.core.service.events(goal.id)]
    return sum("another name" in event.text for event in events if isinstance(event, Steered))


async def test_what_was_asked_right_before_the_end_is_there_once_after_it(team: Team) -> None:
    asked = [team.slack.slash("ana", "demo", f"{GOAL} number {number}") for number in range(5)]
    acknowledged = await asyncio.gather(*asked)
    await team.restart()
    await team.slack.until(lambda: _all_there(team))
    await team.settled()
    roots = [m["text"] for m in team.slack.posts("demo") if m.get("thread_ts", m["ts"]) == m["ts"]]
    assert (acknowledged, len(roots), len(set(roots)), len(await team.goals())) == ([{}] * 5, 5, 5, 5)


async def _all_there(team: Team) -> bool:
    return len(await team.goals()) == 5


async def test_what_was_to_be_said_while_slack_was_away_arrives_after_it_in_order_once(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(f"--auto-approve {GOAL}")
    await team.card(thread)
    team.slack.break_("chat.postMessage", "500", times=1)
    team.slack.break_("chat.postMessage", "after", times=1)
    team.slack.break_("chat.update", "before", times=1)

    async def told() -> bool:
        team.house.clock.advance(30)
        await asyncio.sleep(0.05)
        return any("is proven" in text for text in team.said(thread))

    await team.slack.until(told)
    await team.settled()
    said = team.said(thread)
    kinds = [text.split()[0] for text in said]
    assert (len(said), len(set(said)), kinds[1], "is proven" in said[-1]) == (
        len(set(said)),
        len(said),
        "🎯",
        True,
    )
