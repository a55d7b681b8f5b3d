"""The whole line of a goal in Slack: asked for, approved, worked on, audited, in one thread."""

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def test_a_slash_command_opens_a_thread_in_which_the_goal_lives_to_its_end(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    await team.stands(thread, "pending_approval")
    await team.slack.react("ben", "demo", await team.question(thread), "white_check_mark")
    goal = await team.stands(thread, "completed")
    said = team.said(thread)
    assert (goal["label"], goal["owner"], goal["approvals"][0]["by"]) == ("proven", "ana", "ben")
    assert (said[0].startswith("@ana: /goal"), "is proven" in said[-1]) == (
        True,
        True,
    )
