"""Slack's own signs of an agent at work: a thread's session follows its goal, and Slack's stop button stops it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest

from tests.peers.slack import Slack
from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"
LONG = "sleep 60"
SESSIONS = {"sessions": True}
RIGHTS = {"talk": ["*"], "own": ["U0ANA", "U0BEN"], "approve": ["*"], "operate": ["U0ANA"]}


@pytest.fixture
async def agents(team_with) -> AsyncIterator[Team]:
    """A team whose app is declared as an agent."""
    async with team_with(slack=native(), given=SESSIONS) as team:
        yield team


def native() -> Slack:
    slack = Slack()
    slack.methods.native = True
    return slack


async def shown(team: Team, thread: str, status: str) -> None:
    await team.slack.until(lambda: team.slack.status("demo", thread) == status)


async def at_work(team: Team, text: str = f"--auto-approve {GOAL}") -> str:
    """A goal whose agent works on and on; its thread, once Slack shows that."""
    team.house.agent(LONG)
    thread = await team.slash(text)
    await shown(team, thread, "processing")
    return thread


async def test_a_session_waits_with_its_goal_works_with_it_and_is_closed_once_the_audit_is_there(
    agents: Team,
) -> None:
    agents.house.agent(f"until [ -f {agents.house.place}/go ]; do sleep 0.02; done; touch done")
    thread = await agents.slash(GOAL)
    await shown(agents, thread, "suspended")
    await agents.slack.react("ben", "demo", await agents.question(thread), "white_check_mark")
    await shown(agents, thread, "processing")
    (agents.house.place / "go").touch()
    await shown(agents, thread, "closed")
    assert any("is proven" in text for text in agents.said(thread))
    statuses = agents.slack.statuses(thread)
    told = [one for n, one in enumerate(statuses) if n == 0 or statuses[n - 1] != one]
    passed = [
        one for one in statuses if one != "active"
    ]  # as in the queue, for a moment, if it is seen there
    assert (passed[-3:], told) == (["suspended", "processing", "closed"], statuses)


async def test_a_paused_goal_is_suspended_and_goes_on_when_it_is_resumed(agents: Team) -> None:
    thread = await at_work(agents)
    await agents.slack.say("ana", "demo", "@goalward pause", thread=thread)
    await shown(agents, thread, "suspended")
    await agents.slack.say("ana", "demo", "@goalward resume", thread=thread)
    await shown(agents, thread, "processing")


async def test_a_monitor_that_watches_shows_no_agent_at_work(agents: Team) -> None:
    thread = await agents.slash("--monitor --every 1h --verify 'test -f done' tell when it is there")
    await shown(agents, thread, "active")
    await agents.settled()
    assert agents.slack.statuses(thread) == ["active"]


async def test_the_stop_button_of_slack_ends_the_goal_and_counts_once_however_often_it_is_told(
    agents: Team,
) -> None:
    thread = await at_work(agents)
    await agents.slack.stop("ana", "demo", thread, again=2)
    goal = await agents.stands(thread, "cancelled")
    await shown(agents, thread, "closed")
    trail = await agents.core.store.history.trail(goal["id"])
    told = [text for text in agents.said(thread) if "was cancelled by" in text]
    assert (len([row for row in trail if "Finished" in row.what]), len(told), agents.slack.whispers) == (
        1,
        1,
        [],
    )


async def test_a_stop_by_somebody_without_the_right_changes_nothing_and_they_alone_are_told(
    team_with,
) -> None:
    async with team_with(slack=native(), given=SESSIONS, channels={"slack:T0HOME:C0DEMO": RIGHTS}) as team:
        thread = await at_work(team)
        for name in ("cem", "ben"):
            await team.slack.stop(name, "demo", thread)
        await team.slack.until(lambda: len(team.slack.whispers) == 2)
        await team.settled()
        goal = await team.goal(thread)
        told = [whisper["user"] for whisper in team.slack.whispers]
        assert (goal["status"], team.slack.status("demo", thread), told) == (
            "active",
            "processing",
            ["U0CEM", "U0BEN"],
        )


async def test_a_guest_or_somebody_of_another_workspace_stops_nothing(agents: Team) -> None:
    thread = await at_work(agents)
    agents.slack.person("gus", guest=True)
    agents.slack.person("eve", team="T0AWAY")
    for name in ("gus", "eve"):
        await agents.slack.stop(name, "demo", thread)
    await agents.settled()
    assert (await agents.goal(thread))["status"] == "active"


async def test_a_stop_in_a_thread_without_a_goal_stops_no_other(agents: Team) -> None:
    thread = await at_work(agents)
    elsewhere = agents.slack.said_unseen("ana", "demo", "good morning")
    agents.slack.methods.sessions[agents.demo, elsewhere] = {"agent_status": "processing"}
    await agents.slack.stop("ana", "demo", elsewhere)
    await agents.settled()
    assert (await agents.goal(thread))["status"] == "active"


@pytest.mark.parametrize("word", ["unknown_method", "missing_scope", "feature_disabled"])
async def test_a_workspace_that_refuses_is_asked_once_until_the_next_start_and_the_goal_does_not_notice(
    team_with, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack = Slack()
    slack.methods.no_agents = word
    async with team_with(slack=slack, given=SESSIONS) as team:
        team.house.agent("touch done")
        with caplog.at_level(logging.WARNING):
            for _ in range(2):
                await team.stands(await team.slash(f"--auto-approve {GOAL}"), "completed")
        lines = [row.message for row in caplog.records if "no agent sessions" in row.message]
        dead = await team.core.store.outbox.dead()
        assert (len(lines), dead, team.slack.methods.statuses) == (1, [], [])


async def test_what_changed_while_the_bot_was_away_is_shown_after_it_is_back(agents: Team) -> None:
    thread = await at_work(agents)
    agents.slack.limit("agents.sessions.setStatus", 30)
    await agents.slack.say("ana", "demo", "@goalward pause", thread=thread)
    await agents.stands(thread, "paused")
    assert agents.slack.status("demo", thread) == "processing"
    await agents.close()
    agents.house.clock.advance(60)
    await agents.open()
    await shown(agents, thread, "suspended")


async def test_nothing_waits_for_a_session_that_slack_is_too_busy_to_show(agents: Team) -> None:
    agents.slack.limit("agents.sessions.setStatus", 600, times=50)
    agents.house.agent("touch done")
    thread = await agents.slash(f"--auto-approve {GOAL}")
    await agents.slack.until(lambda: any("is proven" in text for text in agents.said(thread)))
    assert agents.slack.status("demo", thread) == ""


async def test_a_secret_or_a_ping_in_the_objective_is_none_in_the_title(agents: Team) -> None:
    agents.house.agent("touch done")
    secret = "ghp_" + "a1B2" * 9
    thread = await agents.slash(f"--auto-approve --verify 'test -f done' <!channel> use {secret}")
    await shown(agents, thread, "closed")
    title = agents.slack.methods.sessions[agents.demo, thread]["title"]
    assert ("<!channel>" in title, secret in title, "use" in title) == (False, False, True)


async def test_without_the_setting_slack_is_told_of_no_session(team_with) -> None:
    async with team_with(slack=native()) as team:
        team.house.agent("touch done")
        await team.stands(await team.slash(f"--auto-approve {GOAL}"), "completed")
        assert team.slack.methods.statuses == []
