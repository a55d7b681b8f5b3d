"""Over sockets the bot is never deaf for long, and says so while it is."""

import pytest

from adapters.slack import Pace
from goals.domain.errors import GoalError
from tests.peers.slack import Slack
from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


async def reopened(team: Team, before: int) -> None:
    """Wait for as many new connections as there may be at once."""
    await team.slack.until(lambda: team.slack.sockets.opened >= before + 2)
    await team.slack.until(team.is_ready)


async def test_when_slack_asks_for_new_sockets_nothing_is_lost(team: Team) -> None:
    before = team.slack.sockets.opened
    await team.slack.sockets.refresh()
    thread = await team.slack.say("ana", "demo", f"@goalward /goal {GOAL}")
    await reopened(team, before)
    await team.stands(thread, "pending_approval")
    assert team.slack.lost == []


async def test_when_every_socket_is_torn_off_new_ones_come_and_what_was_missed_is_read_back(
    team: Team,
) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    before = team.slack.sockets.opened
    await team.slack.sockets.cut()
    team.slack.reacted_unseen("ben", "demo", question, "white_check_mark")
    await reopened(team, before)
    assert (await team.stands(thread, "completed"))["approvals"][0]["by"] == "ben"


async def test_deaf_sockets_are_made_anew_and_what_was_missed_is_read_back(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.slash(GOAL)
    question = await team.question(thread)
    before = team.slack.sockets.opened
    team.slack.sockets.deafen()
    team.slack.reacted_unseen("ben", "demo", question, "white_check_mark")
    await reopened(team, before)
    assert (await team.stands(thread, "completed"))["approvals"][0]["by"] == "ben"


async def test_one_deaf_socket_of_two_loses_nothing(team_with) -> None:
    async with team_with(slack=Slack(patience=2.0)) as team:
        team.slack.sockets.deafen(number=1)
        thread = await team.slack.say("ana", "demo", f"@goalward /goal {GOAL}")
        await team.stands(thread, "pending_approval")
        assert team.slack.lost == []


async def test_the_bot_is_not_ready_while_no_socket_lives_and_ends_when_there_is_no_hope(team_with) -> None:
    async with team_with(pace=Pace(ping=0.2, look=0.05, bad=3, hopeless=60)) as team:
        team.slack.sockets.refusing = True
        await team.slack.sockets.cut()
        await team.slack.until(lambda: _unready(team))
        (sentence,) = (await team.house.http.get("/readyz")).json()["problems"]
        assert sentence.startswith("No socket to Slack has lived since")
        with pytest.raises(GoalError, match="start Goalward again"):
            await team.house.platforms.until(_never())


async def unheard(team: Team) -> list[float]:
    """For how long Slack's sockets have been silent, as Prometheus is told; nothing where there are none."""
    lines = (await team.house.http.get("/metrics")).text.splitlines()
    return [float(line.split()[1]) for line in lines if line.startswith("goalward_socket_age_seconds{")]


async def test_operators_see_for_how_long_no_socket_lives(team_with) -> None:
    async with team_with(pace=Pace(ping=0.2, look=0.05, bad=3, hopeless=100_000)) as team:
        team.slack.sockets.refusing = True
        await team.slack.sockets.cut()
        await team.slack.until(lambda: _unready(team))
        team.house.clock.advance(3_600)
        (silent,) = await unheard(team)
        team.slack.sockets.refusing = False
        await team.slack.until(team.is_ready)
        (heard,) = await unheard(team)
        assert (silent >= 3_600, heard < 3_600) == (True, True)


async def test_over_http_there_is_no_socket_to_tell_of(team_with) -> None:
    async with team_with(mode="http") as team:
        assert await unheard(team) == []


async def _unready(team: Team) -> bool:
    return not await team.is_ready()


def _never():
    import asyncio

    return asyncio.Event()


async def test_sockets_that_take_long_to_open_are_waited_for(team_with) -> None:
    slack = Slack()
    slack.sockets.slow = 1.0
    async with team_with(slack=slack, pace=Pace(ping=5, look=0.05, bad=2)) as team:
        await team.slack.until(lambda: len(team.slack.sockets.open) == 2)
        assert team.slack.sockets.opened == 2


async def test_quiet_people_are_no_reason_to_make_sockets_anew(team_with) -> None:
    async with team_with(pace=Pace(ping=3, look=0.05)) as team:
        before, pings = team.slack.sockets.opened, team.slack.sockets.pings
        await team.slack.until(lambda: team.slack.sockets.pings >= pings + 4)
        assert (team.slack.sockets.opened, await team.is_ready()) == (before, True)


@pytest.mark.parametrize(
    ("token", "sentence"),
    [("bot_token", "GOALWARD_SLACK__BOT_TOKEN"), ("app_token", "GOALWARD_SLACK__APP_TOKEN")],
)
async def test_a_token_that_slack_does_not_take_ends_the_start_with_its_name(
    team_with, token: str, sentence: str
) -> None:
    with pytest.raises(GoalError, match=sentence):
        async with team_with(given={token: "xoxb-of-another-app"}):
            pass


async def test_where_slack_is_away_at_the_start_it_is_heard_once_it_is_back(team_with) -> None:
    slack = Slack()
    slack.break_("auth.test", "before", times=1)
    async with team_with(slack=slack) as team:
        thread = await team.slash(GOAL)
        assert (await team.stands(thread, "pending_approval"))["objective"] == "put a file there"
