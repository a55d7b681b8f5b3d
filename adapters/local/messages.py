"""Messages of the local channel: how one is made, and how it looks to those who read it over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from adapters.chat import Body, File
from goals.codec import from_plain
from goals.domain.errors import NotFound
from goals.ports import RoomMessage

BOT = "goalward"

_BODY = TypeAdapter(Body)
_PARTS = ("card", "buttons", "files", "refused")


def stored(body: Body) -> dict[str, Any]:
    """The drawn parts of a body as plain JSON; what is not there is left out."""
    dumped = _BODY.dump_python(body, mode="json")
    return {part: dumped[part] for part in _PARTS if dumped[part]}


def file_of(message: RoomMessage, number: int) -> File:
    """The file of a message by its place, from 0. Raises NotFound."""
    files = message.body.get("files", [])
    if not 0 <= number < len(files):
        raise NotFound(f"Message {message.id} has no file {number}.")
    return from_plain(File, files[number])


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
        **_files(message),
        **private,
    }


def _files(message: RoomMessage) -> dict[str, Any]:
    """Words as they are; of everything else only where it is to be had."""
    if not message.body.get("files"):
        return {}
    at = f"/api/channels/{quote(message.channel)}/messages/{message.id}/files"
    return {"files": [_file(file, f"{at}/{n}") for n, file in enumerate(message.body["files"])]}


def _file(file: dict[str, Any], url: str) -> dict[str, Any]:
    if not file.get("data"):
        return {"name": file["name"], "text": file["text"]}
    return {"name": file["name"], "media": file["media"], "url": url}


def visible(message: RoomMessage, user: str | None) -> bool:
    """Whether somebody sees a message; without a user everything is seen."""
    return user is None or message.private_to in ("", user)
