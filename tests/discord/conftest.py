"""The whole bot in this process with a Discord beside it, both on loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import Pace
from tests.discord.team import Team
from tests.peers.discord import Discord
from tests.peers.house import House

QUICK = Pace(look=0.05, renew=40, hopeless=400, unnoticed=60, between_sessions=0)


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with gathered(tmp_path) as team:
        yield team


@pytest.fixture
def team_with(tmp_path: Path) -> Callable[..., Any]:
    """A team with settings of its own: `async with team_with(section={"message_content": True}) as team`."""
    return lambda **settings: gathered(tmp_path, **settings)


@asynccontextmanager
async def gathered(
    place: Path,
    *,
    discord: Discord | None = None,
    pace: Pace = QUICK,
    section: dict[str, Any] | None = None,
    **settings: Any,
) -> AsyncIterator[Team]:
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    async with discord or Discord() as server:
        given = {"api": server.api, "token": server.token, "guild": server.guild, **(section or {})}
        channels = {
            f"discord:{server.guild}:*": everything,
            "discord:dm:*": everything,
            **settings.pop("channels", {}),
        }
        house = House(place, discord=given, channels=channels, discord_pace=pace, **settings)
        team = Team(server, house)
        try:
            await team.open()
            yield team
        finally:
            await team.close()
