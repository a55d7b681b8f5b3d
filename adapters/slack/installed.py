"""Many workspaces, each with a token of its own: kept sealed in the store, found by the workspace's id."""

from __future__ import annotations

import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Gone
from adapters.slack.installation import Installation
from goals.domain.errors import BadRequest
from goals.ports import Clock
from goals.ports import Installations as Rows

KEY = "GOALWARD_SLACK__INSTALLATION_KEY"


class Seal:
    """Encrypts what is kept of an installation, with Fernet.

    Of several keys, one after the other with commas between, the first seals and all open: so a key is exchanged.
    """

    def __init__(self, keys: SecretStr) -> None:
        """Raises BadRequest for anything but keys of Fernet."""
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.get_secret_value().split(",")])
        except ValueError:
            raise BadRequest(
                f"{KEY} is no key: make one with `goalward slack key`, 32 bytes in URL-safe base64."
            ) from None

    def closed(self, installation: Installation) -> str:
        said = {
            "team": installation.team,
            "bot_user": installation.bot_user,
            "bot_id": installation.bot_id,
            "token": installation.token.get_secret_value(),
        }
        return self._fernet.encrypt(json.dumps(said).encode()).decode()

    def opened(self, sealed: str) -> Installation:
        """Raises Gone for what was sealed with another key."""
        try:
            said = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            raise Gone(
                f"The Slack installation cannot be opened: {KEY} is not what it was sealed with."
            ) from None
        return Installation(said["team"], said["bot_user"], said["bot_id"], SecretStr(said["token"]))

    def ticket(self) -> str:
        """What comes back from Slack with somebody who installs the app."""
        return self._fernet.encrypt(b"install").decode()

    def is_ticket(self, ticket: str, seconds: int) -> bool:
        """Whether it is one of ours that is not older than so many seconds."""
        try:
            return self._fernet.decrypt(ticket.encode(), ttl=seconds) == b"install"
        except InvalidToken:
            return False


class ManyInstallations:
    """Installations over the rows of the store. StoreUnavailable rises as it is."""

    def __init__(self, rows: Rows, seal: Seal, clock: Clock) -> None:
        self._rows = rows
        self._seal = seal
        self._clock = clock

    async def find(self, team: str) -> Installation | None:
        """The installation in a workspace. Raises Gone for one that was sealed with another key."""
        sealed = await self._rows.find(team)
        return self._seal.opened(sealed) if sealed else None

    async def learn(self, client: AsyncWebClient) -> None:
        """There is nothing to ask Slack for: each workspace says it when it installs the app."""

    async def keep(self, installation: Installation) -> None:
        await self._rows.keep(installation.team, self._seal.closed(installation), self._clock.now())

    async def remove(self, team: str) -> None:
        """The app was removed from a workspace, or its token was revoked; doing it again changes nothing."""
        await self._rows.remove(team)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Every workspace that installs the app by itself, over Slack's OAuth. `url` is where people reach us."""

    client_id: str
    client_secret: SecretStr
    url: str
    rows: Rows
    seal: Seal


def new_key() -> str:
    """A key to seal installations with."""
    return Fernet.generate_key().decode()
