"""What is wrong with the set-up of Slack: its tokens, the app's scopes, the channels that the settings name.

It asks Slack, and changes nothing there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Set
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat import Busy
from adapters.noted import Noted
from adapters.slack.manifest import AGENT_SCOPES, SCOPES
from adapters.slack.refusals import meaning, understood, word

PATIENCE = 10.0
"""Seconds that Slack may take for an answer."""
ANEW = "Make the app from `goalward slack manifest` and install it into the workspace again."


@dataclass(frozen=True, slots=True)
class Setup:
    """How Slack is to be reached. `missing` are keys that must be set and are not, `channels` those that the settings
    name, as `TEAM:CHANNEL`. Without a token of the bot no workspace is asked. With `sessions` the app is to be an agent.
    """

    api: str
    mode: str
    bot_token: SecretStr | None
    app_token: SecretStr | None
    missing: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sessions: bool = False


WHERE = {
    "app_token": "It is on the app's page: Basic Information → App-Level Tokens, with the scope connections:write.",
    "bot_token": "It is on the app's page: OAuth & Permissions → Bot User OAuth Token.",
    "client_secret": "It is on the app's page: Basic Information → App Credentials.",
    "installation_key": "Make one with `goalward slack key`, and keep it: what it has sealed nothing else opens.",
    "signing_secret": "It is on the app's page: Basic Information → App Credentials.",
    "url": "It is where people reach the bot: https://HOST.",
}
"""Where to get each key."""


async def examined(setup: Setup) -> list[Noted]:
    lacking = [_lacking(setup.mode, name) for name in setup.missing]
    patience = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=patience) as session:
        client = AsyncWebClient(base_url=f"{setup.api.rstrip('/')}/", session=session, retry_handlers=[])
        try:
            asked = [noted async for noted in _asked(client, setup)]
        except Busy:
            asked = [
                Noted("warn", "Slack does not answer.", f"Look whether {setup.api} can be reached from here.")
            ]
    return [*lacking, *asked]


def _lacking(mode: str, name: str) -> Noted:
    return Noted(
        "fail", f"Slack in mode `{mode}` needs GOALWARD_SLACK__{name.upper()}.", WHERE.get(name, "Set it.")
    )


async def _asked(client: AsyncWebClient, setup: Setup) -> AsyncIterator[Noted]:
    if setup.bot_token is not None:
        async for noted in _workspace(client, setup):
            yield noted
    if setup.mode == "socket" and setup.app_token is not None:
        yield await _app_token(client, setup.app_token)


async def _workspace(client: AsyncWebClient, setup: Setup) -> AsyncIterator[Noted]:
    told, refused = await _answer(client.auth_test(token=_secret(setup.bot_token)))
    if told is None:
        again = "Copy it anew from the app's page: OAuth & Permissions."
        yield Noted("fail", f"Slack does not take the bot's token ({refused}).", again)
        return
    team = str(told["team_id"])
    yield Noted("ok", f"Slack knows the bot as @{told['user']} in {told['team']} ({team}).")
    granted = {scope.strip() for scope in str(told.headers.get("x-oauth-scopes", "")).split(",")}
    yield _scopes(granted)
    if setup.sessions:
        yield _agent(granted)
    if not setup.channels:
        yield Noted(
            "warn",
            "Nobody has a right on Slack: the settings name no channel of it.",
            f'Add `[channels."slack:{team}:*"]` with `own = ["U…"]`, `approve = ["U…"]` and `talk = ["*"]`.',
        )
    for channel in setup.channels:
        yield await _channel(client, setup, team, channel)


def _secret(token: SecretStr | None) -> str:
    return token.get_secret_value() if token else ""


def _scopes(granted: Set[str]) -> Noted:
    missing = sorted(SCOPES.keys() - granted)
    if not missing:
        return Noted("ok", "The app has every scope that it needs.")
    lacks = "; ".join(f"{scope} (to {SCOPES[scope]})" for scope in missing)
    return Noted("fail", f"The app lacks scopes: {lacks}.", ANEW)


def _agent(granted: Set[str]) -> Noted:
    """Slack tells nobody which app is an agent; the scope that comes with it shows."""
    if AGENT_SCOPES.keys() <= granted:
        return Noted("ok", "The app is an agent: goals have sessions in their threads.")
    missing = ", ".join(AGENT_SCOPES)
    return Noted(
        "warn", f"`sessions = true` shows nothing: the app is no agent of Slack's (it lacks {missing}).", ANEW
    )


async def _app_token(client: AsyncWebClient, token: SecretStr) -> Noted:
    told, refused = await _answer(client.apps_connections_open(app_token=_secret(token)))
    if told is not None:
        return Noted("ok", "The app's token opens connections for Socket Mode.")
    again = "Make one with the scope connections:write, and switch Socket Mode on."
    return Noted("fail", f"The app's token opens no connection ({refused}).", again)


async def _channel(client: AsyncWebClient, setup: Setup, team: str, named: str) -> Noted:
    """Whether the bot is in a channel that the settings name."""
    there, _, channel = named.partition(":")
    section = f'`[channels."slack:{named}"]`'
    if there != team and "*" not in there:
        return Noted(
            "warn", f"{section} is of another workspace than the token's, {team}.", "Correct its name."
        )
    if "*" in named:
        return Noted("ok", f"{section} stands for every channel in which the bot is.")
    told, refused = await _answer(client.conversations_info(channel=channel, token=_secret(setup.bot_token)))
    if told is None:
        return Noted(
            "fail",
            f"{section}: Slack does not show this channel ({refused}).",
            "Invite the bot: `/invite @goalward`.",
        )
    found = told["channel"]
    if found.get("is_archived"):
        return Noted("warn", f"{section}: #{found['name']} is archived.", "Take it out of the settings.")
    if not found.get("is_member"):
        return Noted(
            "fail", f"{section}: the bot is not in #{found['name']}.", "Invite it: `/invite @goalward`."
        )
    return Noted("ok", f"The bot is in #{found['name']}.")


async def _answer(call: Awaitable[AsyncSlackResponse]) -> tuple[AsyncSlackResponse | None, str]:
    """What Slack answers, or its word for why not. Raises Busy where it gives neither."""
    with understood():
        try:
            return await call, ""
        except SlackApiError as refusal:
            if isinstance(meaning(refusal), Busy):
                raise
            return None, word(refusal)
