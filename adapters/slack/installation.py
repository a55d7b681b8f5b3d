"""A workspace in which Goalward is installed, and where installations are found."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Busy, Gone

log = logging.getLogger(__name__)

UNKNOWN = 1.0
"""Seconds until somebody asks again who has to know whose the token is."""


@dataclass(frozen=True, slots=True)
class Installation:
    """`team` is the workspace's id, `bot_user` and `bot_id` are the bot's own in it; `token` speaks for the bot."""

    team: str
    bot_user: str
    bot_id: str
    token: SecretStr


class Installations(Protocol):
    async def find(self, team: str) -> Installation | None:
        """The installation in a workspace, while it is installed there. Raises Busy while that is not known yet."""

    async def remove(self, team: str) -> None:
        """Slack says that the app was removed from a workspace."""


class OneInstallation:
    """The workspace that the token of the settings is of, once Slack has said which."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token
        self._known: Installation | None = None

    async def find(self, team: str) -> Installation | None:
        if self._known is None:
            raise Busy(UNKNOWN)
        return self._known if self._known.team == team else None

    async def remove(self, team: str) -> None:
        """The token of the settings stays: it may count again, and Slack refuses it until then."""

    async def learn(self, client: AsyncWebClient) -> None:
        """Ask Slack whose the token is. Raises SlackApiError for one that counts for nothing, and what the wire raises."""
        told = await client.auth_test(token=self._token.get_secret_value())
        self._known = Installation(told["team_id"], told["user_id"], told["bot_id"], self._token)
        log.info("Slack knows the bot as %s in %s", told["user_id"], told["team_id"])


class Clients:
    """A Web API client for each workspace: `await clients(team)`.

    Nothing is sent a second time by them: whoever calls knows whether that would double it.
    """

    def __init__(self, installations: Installations, client: AsyncWebClient) -> None:
        """`client` has the session and the address that all share, and no token."""
        self._installations = installations
        self._shared = client

    async def __call__(self, team: str) -> AsyncWebClient:
        """Raises Gone where Goalward is not installed."""
        found = await self._installations.find(team)
        if found is None:
            raise Gone(f"Goalward is not installed in the Slack workspace {team}.")
        return AsyncWebClient(
            token=found.token.get_secret_value(),
            base_url=self._shared.base_url,
            session=self._shared.session,
            retry_handlers=[],
        )
