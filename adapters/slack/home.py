"""Somebody's App Home, drawn anew when they open it; never over a view that is newer than the one they opened."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.desk import Desk
from adapters.slack.home_view import home_view
from adapters.slack.refusals import understood, word
from goals.audit import Report
from goals.domain.rules import Right
from goals.domain.values import Origin, Person

log = logging.getLogger(__name__)

PAGE, MOST_PAGES = 200, 20

Clients = Callable[[str], Awaitable[AsyncWebClient]]


class Home:
    def __init__(self, clients: Clients, desk: Desk) -> None:
        self._clients = clients
        self._desk = desk

    async def show(self, who: Person, hash: str = "") -> None:
        """Publish the home of a person. `hash` is that of the view that they opened: where it has been replaced
        meanwhile, what replaced it stays. Raises Busy, Gone and Undeliverable.
        """
        client = await self._clients(who.tenant)
        view = await self._view(client, who)
        with understood():
            try:
                await client.views_publish(user_id=who.id, view=view, hash=hash or None)
            except SlackApiError as refusal:
                if word(refusal) != "hash_conflict":
                    raise
                log.info("the home of %s was drawn anew meanwhile", who.id)

    async def _view(self, client: AsyncWebClient, who: Person) -> dict[str, Any]:
        """Of channels only those that the person is in, and may talk in, and in which something is under way."""
        own: list[Report] = []
        others: list[tuple[str, Sequence[Report]]] = []
        mine = {goal.id for goal in await self._desk.unfinished(owner=who.id)}
        busy = {goal.origin.channel_key for goal in await self._desk.unfinished()}
        for channel, name in await _channels(client, who):
            key = Origin("slack", channel, "", tenant=who.tenant).channel_key
            if key not in busy or not self._desk.may(who, Right.TALK, key):
                continue
            board = await self._desk.board(key)
            shown = (*board.unfinished, *board.watching, *board.ended)
            own += [report for report in shown if report.id in mine]
            others.append((name, [report for report in shown if report.id not in mine]))
        return home_view(own, [(name, reports) for name, reports in others if reports])


async def _channels(client: AsyncWebClient, who: Person) -> list[tuple[str, str]]:
    """The channels, by id and name, in which both the person and the bot are."""
    there = {str(channel["id"]) for channel in await _conversations(client)}
    theirs = await _conversations(client, who.id)
    return [(str(one["id"]), str(one["name"])) for one in theirs if one["id"] in there]


async def _conversations(client: AsyncWebClient, user: str | None = None) -> list[Mapping[str, Any]]:
    """Somebody's channels, the bot's where nobody is named."""
    found: list[Mapping[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        with understood():
            answer = await client.users_conversations(
                types="public_channel,private_channel", limit=PAGE, cursor=cursor, user=user
            )
        found += answer.get("channels") or ()
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return found
