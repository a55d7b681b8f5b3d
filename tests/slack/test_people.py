"""Who counts in Slack: people of this workspace by their ids and groups; neither guests, foreigners nor bots."""

import pytest

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


def whispered(team: Team, name: str) -> list[str]:
    return [each["text"] for each in team.slack.whispers if each["user"] == team.slack.person(name)]


async def waiting(team: Team) -> tuple[str, str]:
    """A goal that waits for its approval: its thread and the question."""
    thread = await team.slash(GOAL)
    return thread, await team.question(thread)


@pytest.mark.parametrize("who", [{"guest": True}, {"team": "T9FAR"}])
async def test_guests_and_people_of_other_workspaces_neither_start_nor_approve_nor_steer(
    team: Team, who: dict
) -> None:
    team.slack.person("eve", **who)
    thread, question = await waiting(team)
    await team.slack.react("eve", "demo", question, "white_check_mark")
    await team.slack.press("eve", "demo", question, "approve")
    await team.slack.say("eve", "demo", "use another file", thread=thread)
    await team.slack.slash("eve", "demo", GOAL)
    goal = await team.stands(thread, "pending_approval")
    asked = [event async for event in _steered(team, goal["id"])]
    assert (goal["approvals"][0]["status"], asked, len(await team.goals())) == ("open", [], 1)
    assert len(whispered(team, "eve")) >= 2


async def _steered(team: Team, goal_id: str):
    for stored in await team.core.service.events(goal_id):
        if type(stored.event).__name__ == "Steered":
            yield stored.event


async def test_a_right_of_a_group_is_its_members(team_with) -> None:
    rights = {"talk": ["*"], "own": ["*"], "operate": ["*"], "approve": ["role:S0ONCALL"]}
    async with team_with(channels={"slack:T0HOME:C0DEMO": rights}) as team:
        team.house.agent("touch done")
        team.slack.home.group("oncall", "ben")
        thread, question = await waiting(team)
        await team.slack.react("ana", "demo", question, "+1")
        await team.settled()
        assert (await team.goal(thread))["status"] == "pending_approval"
        await team.slack.react("ben", "demo", question, "+1::skin-tone-6")
        goal = await team.stands(thread, "completed")
        assert goal["approvals"][0]["by"] == "ben"


async def test_nobody_may_anything_where_the_settings_do_not_say_so(team_with) -> None:
    nobody = {right: [] for right in ("talk", "own", "approve", "operate")}
    async with team_with(channels={"slack:T0HOME:C0DEMO": nobody}) as team:
        await team.slack.slash("ana", "demo", GOAL)
        await team.slack.until(lambda: whispered(team, "ana"))
        (told,) = whispered(team, "ana")
        assert ('own = ["U0ANA"]' in told, "slack:T0HOME:C0DEMO" in told, await team.goals()) == (
            True,
            True,
            [],
        )
        assert team.slack.posts("demo") == []


async def test_what_bots_say_and_react_means_nothing(team: Team) -> None:
    team.slack.person("deploybot", bot=True)
    thread, question = await waiting(team)
    await team.slack.say("deploybot", "demo", "@goalward cancel", thread=thread, bot_id="B0DEPLOY")
    await team.slack.say("deploybot", "demo", "@goalward cancel", thread=thread)
    await team.slack.react("deploybot", "demo", question, "white_check_mark")
    goal = await team.stands(thread, "pending_approval")
    assert goal["approvals"][0]["status"] == "open"


async def test_an_edit_and_a_deletion_change_nothing_that_was_said(team: Team) -> None:
    said = await team.slack.say("ana", "demo", f"@goalward /goal {GOAL}")
    goal = await team.stands(said, "pending_approval")
    await team.slack.edit("ana", "demo", said, f"<@{team.slack.bot}> /goal cancel")
    reply = await team.slack.say("ben", "demo", "in the root directory", thread=said)
    await team.settled()
    await team.slack.delete("ben", "demo", reply)
    after = await team.stands(said, "pending_approval")
    assert (after["id"], len(await team.goals())) == (goal["id"], 1)
