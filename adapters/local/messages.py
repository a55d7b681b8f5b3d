"""Messages of the local channel: how one is made, and how it looks to those who read it over HTTP."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from adapters.chat import Body
from goals.ports import RoomMessage

BOT = "goalward"

_BODY = TypeAdapter(Body)
_PARTS = ("card", "buttons", "files", "refused")


def stored(body: Body) -> dict[str, Any]:
    """The drawn parts of a body as plain JSON; what is not there is left out."""
    dumped = _BODY.dump_python(body, mode="json")
    return {part: dumped[part] for part in _PARTS if dumped[part]}


def shown(message: RoomMessage) -> dict[str, Any]:
    """A message as readers get it: `card`, `buttons`, `files`, `refused` and `private_to` only where there are any."""
    private = {"private_to": message.private_to} if message.private_to else {}
    return {
        "id": message.id,
        "channel": message.channel,
        "thread": message.thread,
        "user": message.user,
        "bot": message.bot,
        "text": message.text,
        "at": message.at.isoformat(),
        "edited": message.edited.isoformat() if message.edited else None,
        "reactions": {emoji: list(users) for emoji, users in message.reactions.items() if users},
        **{part: message.body[part] for part in _PARTS if message.body.get(part)},
        **private,
    }


def visible(message: RoomMessage, user: str | None) -> bool:
    """Whether somebody sees a message; without a user everything is seen."""
    return user is None or message.private_to in ("", user)
