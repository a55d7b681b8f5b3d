"""What marks a post in Slack: its key, in its metadata, by which it is found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.memory import attached, whole

EVENT = "goalward_post"


def metadata(key: str) -> dict[str, Any]:
    """What marks a message; everybody in the channel can read it."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


def key_of(message: Mapping[str, Any]) -> str:
    """The key of a message that was read back; empty where it is none of the bot's posts."""
    marked = message.get("metadata") or {}
    return (
        str((marked.get("event_payload") or {}).get("key", "")) if marked.get("event_type") == EVENT else ""
    )


def found(messages: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The keys of what stands in a thread, with the message's id; `messages` are oldest first.

    A file carries no key: those that follow a message of ours, before the next one, belong to it.
    """
    known: dict[str, str] = {}
    latest = ""
    for message in messages:
        if key := key_of(message):
            latest = whole(key)
            known[key] = str(message["ts"])
        elif latest and message.get("bot_id"):
            names = [str(file.get("name")) for file in message.get("files") or ()]
            known |= {attached(latest, name): str(message["ts"]) for name in names}
    return known


def began(thread: str) -> float | None:
    """When a thread began, in seconds since 1970; None outside of threads."""
    seconds = thread.partition(".")[0]
    return float(seconds) if seconds.isdecimal() else None
