"""Over HTTP Slack proves by its signature who it is; all else is as over sockets."""

import json
import time

import aiohttp
import pytest

from tests.slack.team import Team

GOAL = "--verify 'test -f done' put a file there"


@pytest.fixture
async def called(team_with):
    async with team_with(mode="http") as team:
        yield team


async def test_a_goal_walks_its_whole_line_over_http(called: Team) -> None:
    called.house.agent("touch done")
    thread = await called.slash(GOAL)
    await called.slack.press("ben", "demo", await called.question(thread), "approve")
    goal = await called.stands(thread, "completed")
    assert (goal["label"], goal["approvals"][0]["by"], called.slack.sockets.opened) == ("proven", "ben", 0)


async def post(team: Team, body: str, headers: dict[str, str]) -> tuple[int, str]:
    kind = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(team.slack.request_url, data=body, headers={**kind, **headers}) as answer,
    ):
        return answer.status, await answer.text()


async def test_slack_verifies_the_address_itself(called: Team) -> None:
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "hello there"})
    status, text = await post(called, body, called.slack.signed(body))
    assert (status, "hello there" in text) == (200, True)


async def test_what_is_not_signed_or_forged_or_old_is_refused_and_starts_nothing(called: Team) -> None:
    event = {"type": "message", "user": called.slack.person("ana"), "channel": called.demo, "ts": "1.000100"}
    text = f"<@{called.slack.bot}> /goal {GOAL}"
    body = json.dumps(
        {"type": "event_callback", "team_id": called.slack.team, "event": {**event, "text": text}}
    )
    signed = called.slack.signed
    answers = [
        await post(called, body, {}),
        await post(called, body, signed(body, secret="somebody-else's")),
        await post(called, body, signed(body, at=time.time() - 600)),
        await post(called, body + " ", signed(body)),
    ]
    accepted = await post(called, body, signed(body))
    assert ([status for status, _ in answers], accepted[0]) == ([401] * 4, 200)
    await called.slack.until(called.goals)
    assert len(await called.goals()) == 1


async def test_a_body_without_end_is_refused(called: Team) -> None:
    status, _ = await post(called, "x" * 2_000_000, {})
    assert status == 413


async def test_without_slack_there_is_no_door(team: Team) -> None:
    assert (await team.house.http.post("/slack/events", json={})).status_code == 404
