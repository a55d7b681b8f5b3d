"""Forms and App Home: a button that wants a text first, a message that is to become a goal, everybody's own page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from adapters.chat import Busy, Inbound, Message, Press, Undeliverable
from adapters.slack import views
from adapters.slack.home import Home
from adapters.slack.inbound import Asks, somebody
from adapters.slack.installation import Clients, Installation
from adapters.slack.people import People
from adapters.slack.refusals import understood
from goals.domain.values import Origin, Person

log = logging.getLogger(__name__)

SHOWN_AFTER = 1.0
"""Seconds after a press in App Home until it is drawn anew: by then the press is carried out."""


class Forms:
    """Slack gives three seconds from a click to its form, so that each is shown at once, beside everything else."""

    def __init__(self, clients: Clients, people: People, home: Home) -> None:
        self._clients = clients
        self._people = people
        self._home = home
        self._tasks: set[asyncio.Task[None]] = set()

    async def settled(self) -> None:
        """Return when everything that was begun is shown."""
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    def ask(self, asks: Asks) -> None:
        """Show the form of a button that wants a text."""
        self._begin(self._open(asks.press.at.tenant, asks.trigger, views.ask_modal(asks.press)))

    def asked_for(self, body: Mapping[str, Any], us: Installation) -> None:
        """Show the form that makes a goal of a message."""
        if body.get("callback_id") != views.MAKE_GOAL:
            return
        message, ts = body["message"], str(body["message"]["ts"])
        at = Origin("slack", str(body["channel"]["id"]), str(message.get("thread_ts") or ts), ts, us.team)
        view = views.goal_modal(str(message.get("text") or ""), at, ts)
        self._begin(self._open(us.team, str(body["trigger_id"]), view))

    def show_home(self, who: Person, view: Mapping[str, Any] | None, *, after: float = 0) -> None:
        """Draw somebody's App Home anew, unless it was drawn since the view that they look at."""
        self._begin(self._show(who, str((view or {}).get("hash") or ""), after))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="show a view in Slack")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, team: str, trigger: str, view: dict[str, Any]) -> None:
        try:
            client = await self._clients(team)
            with understood():
                await client.views_open(trigger_id=trigger, view=view)
        except (Undeliverable, Busy) as refusal:
            log.warning("a form could not be shown: %s", refusal)

    async def _show(self, who: Person, hash: str, after: float) -> None:
        await asyncio.sleep(after)
        try:
            known = await self._people.introduce(who)
            if known is not None:
                await self._home.show(known, hash)
        except (Undeliverable, Busy) as refusal:
            log.warning("the home of %s could not be shown: %s", who.id, refusal)


def filled_in(body: Mapping[str, Any], us: Installation) -> Inbound | None:
    """What somebody says with a form that they filled in; None where it is none of ours, or not right yet."""
    view = body["view"]
    given = views.read_submission(view)
    if given is None:
        return None
    who = somebody(body["user"], us)
    key = f"slack:{us.team}:view:{view['id']}:{who.id}"
    at = Origin("slack", given.channel, given.thread, given.message or given.thread, us.team)
    if given.action in views.WORDS:
        said = " ".join(filter(None, ("/goal", given.value, given.action, given.text)))
        return Message(key, who, at, given.message, said)
    return Press(key, who, at, given.message, given.action, f"{given.value} {given.text}".strip())
