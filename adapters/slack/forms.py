"""Forms: a button that wants a text first, a message that is to become a goal; and what people filled in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from adapters.chat import Busy, Inbound, Message, Press, Undeliverable
from adapters.slack import views
from adapters.slack.inbound import Asks, submitter
from adapters.slack.installation import Clients, Installation
from adapters.slack.refusals import understood
from goals.domain.values import Origin

log = logging.getLogger(__name__)

Accept = Callable[[Inbound], Awaitable[None]]


class Forms:
    """A form must be shown within three seconds of the click, so that it is shown at once, beside everything else."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._tasks: set[asyncio.Task[None]] = set()

    async def settled(self) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    def ask(self, asks: Asks) -> None:
        """Show the form of a button that wants a text."""
        self._begin(self._open(asks.press.at.tenant, asks.trigger, views.ask_modal(asks.press)))

    def asked_for(self, body: Mapping[str, Any], us: Installation) -> None:
        """Show the form that makes a goal of a message."""
        if body.get("callback_id") != views.MAKE_GOAL:
            return
        message, channel = body["message"], str(body["channel"]["id"])
        ts = str(message["ts"])
        at = Origin("slack", channel, str(message.get("thread_ts") or ts), ts, us.team)
        view = views.goal_modal(str(message.get("text") or ""), at, ts)
        self._begin(self._open(us.team, str(body["trigger_id"]), view))

    async def submitted(self, body: Mapping[str, Any], us: Installation, accept: Accept) -> None:
        """Take what somebody filled in, before it is acknowledged."""
        view = body["view"]
        given = views.read_submission(view)
        if given is None:
            return
        who = submitter(body["user"], us)
        key = f"slack:{us.team}:view:{view['id']}:{view.get('hash', '')}:{who.id}"
        at = Origin("slack", given.channel, given.thread, given.thread, us.team)
        if given.action in views.WORDS:
            said = " ".join(filter(None, ("/goal", given.value, given.action, given.text)))
            await accept(Message(key, who, at, given.message, said))
        else:
            value = f"{given.value} {given.text}".strip()
            await accept(Press(key, who, at, given.message, given.action, value))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="show a form in Slack")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, team: str, trigger: str, view: dict[str, Any]) -> None:
        try:
            client = await self._clients(team)
            with understood():
                await client.views_open(trigger_id=trigger, view=view)
        except (Undeliverable, Busy) as refusal:
            log.warning("a form could not be shown: %s", refusal)
