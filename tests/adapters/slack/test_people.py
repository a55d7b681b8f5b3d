"""Who somebody in Slack is, as Slack's own answers say it."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.people import People
from tests.peers.clock import ManualClock
from tests.peers.slack import Slack


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as slack:
        yield slack


@pytest.mark.parametrize(
    ("like", "guest"),
    [
        ({}, False),
        ({"guest": True}, True),
        ({"team": "T9FAR"}, True),
        ({"team": "T9FAR", "organisation": ("T9FAR", "T8FAR")}, True),
        ({"team": "T9FAR", "organisation": ("T9FAR", "T0HOME")}, False),
    ],
)
async def test_of_an_organisation_only_those_count_who_belong_to_the_workspace(
    slack: Slack, like: dict, guest: bool
) -> None:
    async def client(_: str) -> AsyncWebClient:
        return AsyncWebClient(slack.bot_token, base_url=slack.api, retry_handlers=[])

    known = await People(client, ManualClock()).who(slack.team, slack.person("eve", **like))
    assert known is not None and known.guest is guest
