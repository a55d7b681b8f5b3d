"""Slack's requests over either wire: each is kept before it is acknowledged, and every one is acknowledged that is kept.

All of it happens in one global middleware: Bolt acknowledges events before their listeners run, and lets a listener's
answer wait for its next look. Where keeping fails there is no acknowledgement, and Slack sends the same again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Inbound, Message
from adapters.ear import Ear
from adapters.language import is_addressed
from adapters.slack import inbound, views
from adapters.slack.answers import Answers
from adapters.slack.forms import SHOWN_AFTER, Forms, filled_in
from adapters.slack.inbound import Asks, somebody, team_of
from adapters.slack.installation import Installation, Installations

log = logging.getLogger(__name__)

KEEP_WITHIN = 2.5
"""Seconds for keeping what came; Slack waits three for its acknowledgement."""

Body = dict[str, Any]


class SlackApp:
    def __init__(
        self,
        client: AsyncWebClient,
        installations: Installations,
        ear: Ear,
        answers: Answers,
        forms: Forms,
        *,
        signing_secret: str,
    ) -> None:
        """Needs a running loop. `client` bears no token; `signing_secret` counts over HTTP only."""
        self._installations = installations
        self._ear = ear
        self._answers = answers
        self._forms = forms
        self.bolt = AsyncApp(client=client, authorize=authorized, signing_secret=signing_secret or "-")
        self.bolt.middleware(self._take)

    async def settled(self, seconds: float) -> None:
        """Return when all that came in is acknowledged and every form is shown, at most after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._ear.way.free()
                await self._forms.settled()
        except TimeoutError:
            log.warning("Slack sends again what was not acknowledged at the end")

    async def _take(self, body: Body) -> BoltResponse:
        with self._ear.way.first():
            async with asyncio.timeout(KEEP_WITHIN):
                return await self._taken(body)

    async def _taken(self, body: Body) -> BoltResponse:
        us = await self._installations.find(team_of(body))
        if us is None:
            log.warning("something came for the workspace %s, where Goalward is not installed", team_of(body))
            return _acknowledged()
        match body.get("type"):
            case "event_callback":
                await self._event(body, us)
            case "block_actions":
                await self._pressed(body, us)
            case "view_submission":
                return await self._filled_in(body, us)
            case "message_action" | "shortcut":
                self._forms.asked_for(body, us)
            case None if body.get("command"):
                await self._kept(body, inbound.read_command(body, us))
        return _acknowledged()

    async def _event(self, body: Body, us: Installation) -> None:
        event = body["event"]
        if event.get("type") == "app_home_opened" and event.get("tab") == "home":
            self._forms.show_home(somebody({"id": event["user"]}, us), event.get("view"))
        if inbound.is_farewell(event):
            log.warning("the app was removed from the workspace %s", us.team)
            await self._installations.remove(us.team)
        heard = inbound.read_event(body, us)
        if heard is not None and await self._is_for_us(heard, event, us):
            await self._ear.accept(heard)

    async def _is_for_us(self, heard: Inbound, event: Mapping[str, Any], us: Installation) -> bool:
        """What people say in threads that nothing of ours lives in is not kept."""
        if not isinstance(heard, Message) or is_addressed(heard.text):
            return True
        return event.get("parent_user_id") == us.bot_user or await self._ear.concerns(heard.at.thread_key)

    async def _pressed(self, body: Body, us: Installation) -> None:
        pressed = inbound.read_press(body, us)
        if isinstance(pressed, Asks):
            self._forms.ask(pressed)
        elif pressed is not None:
            await self._kept(body, pressed)
            if not pressed.message:
                self._forms.show_home(pressed.who, body.get("view"), after=SHOWN_AFTER)

    async def _filled_in(self, body: Body, us: Installation) -> BoltResponse:
        if wrong := views.problems(body["view"]):
            return _acknowledged({"response_action": "errors", "errors": wrong})
        if act := filled_in(body, us):
            await self._ear.accept(act)
        return _acknowledged()

    async def _kept(self, body: Body, act: Inbound) -> None:
        if url := body.get("response_url"):
            self._answers.remember(act.key, str(url))
        await self._ear.accept(act)


async def authorized(team_id: str | None = None) -> AuthorizeResult:
    """Whatever comes signed or over our own socket is looked at; in which workspace, the acts themselves say."""
    return AuthorizeResult(enterprise_id=None, team_id=team_id)


def _acknowledged(answer: Mapping[str, Any] | None = None) -> BoltResponse:
    if not answer:
        return BoltResponse(status=200, body="")
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json; charset=utf-8"}
    return BoltResponse(status=200, body=json.dumps(answer), headers=headers)
