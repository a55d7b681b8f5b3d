"""Of two gateways one hears Slack and speaks there; when it goes the other does, and nobody is answered twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.dispatch.tables import make_tables
from bot.roles import GATEWAY
from goals.store import migrate
from tests.peers.house import House
from tests.peers.slack import Slack
from tests.slack.conftest import QUICK
from tests.slack.team import Team

pytestmark = pytest.mark.postgres

SOCKETS = 2
ASKED = "@goalward /goal list"


@asynccontextmanager
async def gateway(place: Path, url: str, slack: Slack) -> AsyncIterator[Team]:
    section = {"api": slack.api, "bot_token": slack.bot_token, "app_token": slack.app_token}
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    house = House(
        place,
        pace=QUICK,
        role=GATEWAY,
        store=url,
        dispatch="procrastinate",
        slack=section,
        channels={f"slack:{slack.team}:*": everything},
    )
    team = Team(slack, house)
    try:
        await team.open()
        yield team
    finally:
        await team.close()


async def answered(slack: Slack) -> int:
    """Ask something; returns how often it was answered, once it was and all is quiet."""
    thread = await slack.say("ana", "demo", ASKED)

    def answers() -> int:
        return len([m for m in slack.thread("demo", thread) if m["user"] == slack.bot])

    await slack.until(answers)
    await slack.quiet()
    return answers()


async def test_one_gateway_hears_slack_at_a_time_and_the_next_when_it_goes(
    tmp_path: Path, postgres_url: str
) -> None:
    migrate(postgres_url, tmp_path)
    make_tables(postgres_url)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    async with (
        Slack() as slack,
        gateway(tmp_path / "one", postgres_url, slack) as one,
        gateway(tmp_path / "other", postgres_url, slack),
    ):
        first = (await answered(slack), slack.sockets.opened)
        await one.house.close()
        await slack.until(lambda: slack.sockets.opened == 2 * SOCKETS)
        second = await answered(slack)

    assert (first, second, slack.lost) == ((1, SOCKETS), 1, [])
