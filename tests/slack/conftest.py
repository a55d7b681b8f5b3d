"""The whole bot in this process with a Slack workspace beside it, both on loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import Pace
from adapters.slack.installed import new_key
from tests.peers.house import House
from tests.peers.slack import Slack
from tests.slack.team import Team

QUICK = Pace(ping=0.2, look=0.05, bad=3, hopeless=40)


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with gathered(tmp_path) as team:
        yield team


@pytest.fixture
def team_with(tmp_path: Path) -> Callable[..., Any]:
    """A team with settings of its own: `async with team_with(mode="http", channels={…}) as team`."""
    return lambda **settings: gathered(tmp_path, **settings)


@asynccontextmanager
async def gathered(
    place: Path,
    *,
    mode: str = "socket",
    slack: Slack | None = None,
    pace: Pace = QUICK,
    everywhere: bool = False,
    given: dict[str, str] | None = None,
    **settings: Any,
) -> AsyncIterator[Team]:
    """`everywhere`: no token is set, workspaces install the app by themselves."""
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    async with slack or Slack() as workspace:
        section = {
            "mode": mode,
            "api": workspace.api,
            **(_everywhere(workspace) if everywhere else {"bot_token": workspace.bot_token}),
            "app_token": workspace.app_token,
            "signing_secret": workspace.signing_secret,
            **(given or {}),
        }
        channels = {f"slack:{workspace.team}:*": everything, **settings.pop("channels", {})}
        team = Team(workspace, House(place, slack=section, channels=channels, pace=pace, **settings))
        try:
            await team.open()
            yield team
        finally:
            await team.close()


def _everywhere(workspace: Slack) -> dict[str, str]:
    return {
        "client_id": workspace.client_id,
        "client_secret": workspace.client_secret,
        "installation_key": new_key(),
        "url": "https://bot.test",
    }
