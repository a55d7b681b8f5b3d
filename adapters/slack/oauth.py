"""Where a workspace installs the app by itself: two pages that lead to Slack and back, over Slack's own OAuth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation as Installed
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installation import Installation
from adapters.slack.installed import Everywhere, ManyInstallations, Seal
from adapters.slack.manifest import BACK, SCOPES

INSTALL = "/slack/install"
"""Where somebody begins to install the app."""
MINUTES = 10
PLAIN: Mapping[str, str | Sequence[str]] = {"content-type": "text/plain; charset=utf-8"}
"""How long somebody may take for it."""

Door = Callable[[Any, Any, Any], Awaitable[None]]


class _NoWorkspace(BoltError):
    """What was installed has no workspace of its own."""


class _Keeps(AsyncInstallationStore):
    """Bolt's store of installations, over ours."""

    def __init__(self, installations: ManyInstallations) -> None:
        self._installations = installations

    async def async_save(self, installation: Installed) -> None:
        if not installation.team_id or not installation.bot_token:
            raise _NoWorkspace(
                "Goalward is installed in single workspaces, not in a whole organisation."
                f" Choose one workspace: begin again at {INSTALL}."
            )
        kept = Installation(
            installation.team_id,
            installation.bot_user_id or "",
            installation.bot_id or "",
            SecretStr(installation.bot_token),
        )
        await self._installations.keep(kept)


class _Tickets(AsyncOAuthStateStore):
    """What comes back with somebody, sealed and with its time in it, so that nothing is kept of it.

    Bolt binds it to their browser by a cookie.
    """

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        return self._seal.ticket()

    async def async_consume(self, state: str) -> bool:
        return self._seal.is_ticket(state, 60 * MINUTES)


def doors(app: Everywhere, client: AsyncWebClient, installations: ManyInstallations) -> Mapping[str, Door]:
    """The ASGI apps of both pages, by their paths. `client` has no token."""
    settings = AsyncOAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret.get_secret_value(),
        scopes=sorted(SCOPES),
        user_scopes=[],
        redirect_uri=f"{app.url.rstrip('/')}{BACK}",
        install_path=INSTALL,
        redirect_uri_path=BACK,
        installation_store=_Keeps(installations),
        state_store=_Tickets(app.seal),
        state_expiration_seconds=60 * MINUTES,
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
    )
    flow = AsyncOAuthFlow(settings=settings, client=client)
    return {INSTALL: _door(flow.handle_installation), BACK: _door(flow.handle_callback)}


async def _succeeded(said: AsyncSuccessArgs) -> BoltResponse:
    return await said.default.success(said)


async def _failed(said: AsyncFailureArgs) -> BoltResponse:
    """Bolt's own page, but where we know better what is wrong."""
    if isinstance(said.error, _NoWorkspace):
        return BoltResponse(status=400, body=str(said.error), headers=dict(PLAIN))
    return await said.default.failure(said)


def _door(handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Door:
    async def door(scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        answer = await handle(AsyncBoltRequest(body="", query=query, headers=headers))
        said = [
            (name.encode(), str(value).encode())
            for name, values in answer.headers.items()
            for value in values
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": said})
        await send({"type": "http.response.body", "body": answer.body.encode()})

    return door
