"""What people wrote in a thread while nobody listened, read back as it would have come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Message
from adapters.slack.inbound import read_event
from adapters.slack.installation import Clients, Installation, Installations
from adapters.slack.refusals import understood
from goals.domain.values import Origin

PAGE = 200
MOST_PAGES = 50
SKEW = 60
"""Seconds by which Slack's clock and ours may differ."""


class Reading:
    def __init__(self, installations: Installations, clients: Clients) -> None:
        self._installations = installations
        self._clients = clients

    async def __call__(self, at: Origin, since: datetime) -> list[Message]:
        """Oldest first; bots, edits and deletions left out. Raises Undeliverable, Gone, Busy."""
        client, us = await self._clients(at.tenant), await self._installations.find(at.tenant)
        assert us is not None
        heard = [_heard(message, at, us) for message in await _replies(client, at, since)]
        return [message for message in heard if message is not None]


def _heard(message: Mapping[str, Any], at: Origin, us: Installation) -> Message | None:
    if message["ts"] == at.thread:
        return None
    event = {**message, "type": "message", "channel": at.channel, "thread_ts": at.thread}
    heard = read_event({"event": event}, us)
    return heard if isinstance(heard, Message) else None


async def _replies(client: AsyncWebClient, at: Origin, since: datetime) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        with understood():
            answer = await client.conversations_replies(
                channel=at.channel, ts=at.thread, oldest=_from(at, since), limit=PAGE, cursor=cursor
            )
        found += answer.get("messages") or ()
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            break
    return found


def _from(at: Origin, since: datetime) -> str:
    """A little before, since clocks differ; never before the message that asked for the goal."""
    return max(f"{since.timestamp() - SKEW:.6f}", at.root)
