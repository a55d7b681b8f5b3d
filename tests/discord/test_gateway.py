"""The bot is never deaf to Discord for long, loses nothing meanwhile, and says so while it is."""

import asyncio

import pytest

from adapters.discord import Pace
from goals.domain.errors import GoalError
from tests.discord.team import Team
from tests.peers.discord import Discord

GOAL = "/goal --verify 'test -f done' put a file there"


async def test_a_mention_opens_a_thread_with_a_card_and_a_question(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    await team.discord.react("ben", await team.question(thread), "👍🏾")
    goal = await team.stands(thread, "completed")
    assert (goal["approvals"][0]["by"], len(await team.goals())) == ("ben", 1)


async def test_when_discord_asks_to_come_again_the_session_is_resumed_and_nothing_is_lost(team: Team) -> None:
    await team.discord.gateway.reconnect()
    thread = await team.mention(GOAL)
    await team.stands(thread, "pending_approval")
    assert (team.discord.gateway.identified, team.discord.gateway.resumed) == (1, 1)


async def test_what_was_told_while_the_wire_was_cut_comes_with_the_resumed_session_once(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    read_back = len(team.discord.called("GET /channels/*/messages"))
    team.discord.gateway.cut()
    await team.discord.react("ben", question, "✅")
    goal = await team.stands(thread, "completed")
    again = len(team.discord.called("GET /channels/*/messages"))
    assert (goal["approvals"][0]["by"], team.discord.gateway.identified, again) == ("ben", 1, read_back)


async def test_after_a_session_that_cannot_be_resumed_what_was_missed_is_read_back(team: Team) -> None:
    team.house.agent("touch done")
    thread = await team.mention(GOAL)
    question = await team.question(thread)
    team.discord.gateway.forget()
    team.discord.gateway.cut()
    team.discord.reacted_unseen("ben", question, "✅")
    goal = await team.stands(thread, "completed")
    assert (goal["approvals"][0]["by"], team.discord.gateway.identified) == ("ben", 2)


async def test_a_session_that_is_not_valid_any_more_is_begun_anew(team: Team) -> None:
    await team.discord.gateway.invalidate()
    await team.discord.until(lambda: team.discord.gateway.identified == 2)
    await team.stands(await team.mention(GOAL), "pending_approval")


@pytest.mark.parametrize("trouble", ["withholding", "silent"])
async def test_a_connection_that_answers_no_heartbeat_is_left_and_the_session_resumed(
    team_with, trouble: str
) -> None:
    async with team_with(discord=Discord(beat=0.2)) as team:
        if trouble == "silent":
            team.discord.gateway.silence()
        else:
            team.discord.gateway.withholding = True
        thread = await team.mention(GOAL)
        await team.discord.until(lambda: team.discord.gateway.resumed)
        team.discord.gateway.withholding = False
        await team.stands(thread, "pending_approval")
        assert team.discord.gateway.identified == 1


async def test_hearts_that_beat_are_no_reason_to_connect_anew(team_with) -> None:
    async with team_with(discord=Discord(beat=3.0)) as team:
        await team.discord.until(lambda: team.discord.gateway.beats >= 2)
        gateway = team.discord.gateway
        assert (gateway.identified, gateway.resumed, gateway.closed) == (1, 0, [])


async def test_the_bot_is_not_ready_while_it_hears_nothing_and_ends_when_there_is_no_hope(team_with) -> None:
    async with team_with(pace=Pace(look=0.02, renew=30, hopeless=60, between_sessions=0)) as team:
        team.discord.gateway.refusing = True
        team.discord.gateway.cut()
        await team.discord.until(lambda: _unready(team))
        (sentence,) = (await team.house.http.get("/readyz")).json()["problems"]
        assert sentence.startswith("Discord's gateway has not been heard since")
        with pytest.raises(GoalError, match="start Goalward again"):
            await team.house.platforms.until(asyncio.Event())


async def _unready(team: Team) -> bool:
    return not await team.is_ready()


async def test_a_token_that_discord_does_not_take_ends_the_start_with_its_name(team_with) -> None:
    with pytest.raises(GoalError, match="GOALWARD_DISCORD__TOKEN"):
        async with team_with(section={"token": "of.another-app"}):
            pass


async def test_an_intent_that_is_not_switched_on_ends_the_bot_with_what_to_do(team_with, caplog) -> None:
    with pytest.raises(GoalError, match="Discord is not heard any more"):
        async with team_with(section={"message_content": True}):
            pass
    assert "switch on the Message Content Intent" in caplog.text


async def test_where_discord_is_away_at_the_start_it_is_heard_once_it_is_back(team_with) -> None:
    discord = Discord()
    discord.break_("GET /users/@me", "before")
    async with team_with(discord=discord) as team:
        await team.stands(await team.mention(GOAL), "pending_approval")


async def test_a_bot_that_may_begin_no_further_session_begins_none(team_with) -> None:
    async with team_with() as team:
        team.discord.rest.identifies_left = 0
        team.discord.gateway.forget()
        team.discord.gateway.cut()
        await team.discord.until(lambda: _unready(team))
        assert team.discord.gateway.identified == 1


@pytest.mark.parametrize("code", [1001, 4000, 4008])
async def test_a_connection_that_discord_closes_is_resumed(team: Team, code: int) -> None:
    await team.discord.gateway.close(code)
    await team.stands(await team.mention(GOAL), "pending_approval")
    await team.discord.until(lambda: team.discord.gateway.resumed)
    assert team.discord.gateway.identified == 1


async def test_a_token_that_counts_no_more_ends_the_bot_with_its_name(team: Team, caplog) -> None:
    await team.discord.gateway.close(4004)
    with pytest.raises(GoalError, match="Discord is not heard any more"):
        await team.house.platforms.until(asyncio.Event())
    assert "set it anew" in caplog.text
