"""Slack's Web API as the port calls it, with its refusals in our words."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import File, Undeliverable
from adapters.slack.parts import Part
from adapters.slack.refusals import understood
from goals.domain.values import Origin, Person

PAGES, PAGE = 20, 200
"""How much of a thread is read back at most: pages, and messages of a page."""
LATER = ("408", "429")
"""What is answered to an upload that may be tried again."""

_UPLOAD = re.compile(r"\(status: (\d+),")


def content(part: Part) -> dict[str, Any]:
    return {"text": part.text, "blocks": list(part.blocks) or None}


async def update(client: AsyncWebClient, channel: str, ts: str, part: Part) -> None:
    with understood():
        await client.chat_update(channel=channel, ts=ts, **content(part))


async def upload(client: AsyncWebClient, to: Origin, file: File) -> None:
    with understood():
        try:
            await client.files_upload_v2(
                channel=to.channel,
                thread_ts=to.thread or None,
                filename=file.name,
                title=file.name,
                content=file.data or file.text or "(empty)",
            )
        except SlackRequestError as refusal:
            _refuse(refusal)
            raise


def _refuse(refusal: SlackRequestError) -> None:
    """Raises Undeliverable where the contents of a file are refused for good; only the library's words say that."""
    status = _UPLOAD.search(str(refusal))
    if status and status[1].startswith("4") and status[1] not in LATER:
        raise Undeliverable(f"Slack refuses what is in it ({status[1]}).") from refusal


async def direct(client: AsyncWebClient, who: Person) -> Origin:
    """The conversation of the bot with one person."""
    with understood():
        answer = await client.conversations_open(users=who.id)
    return Origin("slack", str(answer["channel"]["id"]), "", tenant=who.tenant)


async def messages(client: AsyncWebClient, at: Origin) -> list[dict[str, Any]]:
    """What stands in a thread, or in a channel outside of threads, oldest first."""
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(PAGES if at.thread else 1):
        shared: dict[str, Any] = {
            "channel": at.channel,
            "include_all_metadata": True,
            "limit": PAGE,
            "cursor": cursor,
        }
        if at.thread:
            answer = await client.conversations_replies(ts=at.thread, **shared)
        else:
            answer = await client.conversations_history(**shared)
        found += answer.get("messages") or ()
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return sorted(found, key=lambda message: str(message["ts"]))
