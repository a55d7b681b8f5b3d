"""Messages as an app posts and changes them: with files, with a nonce that is enforced, as Discord keeps them."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.peers.discord import limits
from tests.peers.discord.world import (
    DM,
    EPHEMERAL,
    REPLY,
    Data,
    Refused,
    Room,
    World,
    invalid,
    iso,
)

NONCES_LIVE = 180.0
"""Seconds for which Discord knows a nonce again: "a few minutes"."""

File = tuple[str, str, bytes]
"""A name, a type and what is in it."""


class Posting:
    def __init__(self, world: World) -> None:
        self._world = world
        self._nonces: dict[tuple[str, str], tuple[float, str]] = {}
        self.files: dict[str, File] = {}
        """What was uploaded, by the id of its attachment."""
        self.address = ""

    def forget_nonces(self) -> None:
        """Some minutes pass."""
        self._nonces.clear()

    def check_may_post(self, room: Room, given: Data, files: list[File]) -> None:
        """Raises Refused where the bot may not post this."""
        if room.type == DM:
            (other,) = [self._world.people[user] for user in room.members if user != self._world.bot]
            if not other.open or other.bot:
                raise Refused(403, 50007, "Cannot send messages to this user")
            return
        self._world.need(room, "view_channel")
        if room.locked and not self._world.permissions(self._world.bot, room).manage_threads:
            raise Refused(400, 160005, "Thread is locked")
        self._world.need(room, "send_messages_in_threads" if room.is_thread else "send_messages")
        if files:
            self._world.need(room, "attach_files")
        if given.get("message_reference"):
            self._world.need(room, "read_message_history")

    def post(self, room: Room, given: Data, files: list[File], **more: Any) -> Data:
        """A new message of the bot, or that which has its nonce already. Raises Refused."""
        nonce = given.get("nonce")
        if nonce is not None and given.get("enforce_nonce") and (known := self._known(room, str(nonce))):
            return known
        limits.message(given, {name for name, _, _ in files})
        attached = [self._kept(room, *file) for file in files]
        self._check_named(given, len(files))
        fields: Data = {
            "embeds": self._embeds(room, given),
            "components": _numbered(given.get("components") or []),
            "attachments": attached,
            "flags": int(given.get("flags") or 0),
            **more,
        }
        if nonce is not None:
            fields["nonce"] = nonce
        if reference := given.get("message_reference"):
            fields |= self._referenced(room, reference)
        content = str(given.get("content") or "")
        pinged = _pinged(content, given.get("allowed_mentions"))
        message = self._world.post(room, self._world.bot, content, **fields)
        message["mentions"] = [user for user in message["mentions"] if pinged is None or user["id"] in pinged]
        message["mention_everyone"] = _pings_all(content, given.get("allowed_mentions"))
        if nonce is not None:
            self._nonces[room.id, str(nonce)] = (time.monotonic(), message["id"])
        return message

    def _known(self, room: Room, nonce: str) -> Data | None:
        at, id_ = self._nonces.get((room.id, nonce), (0.0, ""))
        return room.messages.get(id_) if id_ and at > time.monotonic() - NONCES_LIVE else None

    def edit(self, room: Room, message: Data, given: Data, files: list[File]) -> Data:
        """Raises Refused."""
        names = {name for name, _, _ in files} | {one["filename"] for one in message["attachments"]}
        limits.message(given, names, before=message)
        if "content" in given:
            message["content"] = str(given["content"] or "")
        if "embeds" in given:
            message["embeds"] = self._embeds(room, given)
        if "components" in given:
            message["components"] = _numbered(given["components"] or [])
        if "flags" in given:
            kept = message["flags"] & ~limits.SETTABLE
            message["flags"] = (
                kept | int(given["flags"] or 0) | message["flags"] & (limits.COMPONENTS_V2 | EPHEMERAL)
            )
        if "attachments" in given or files:
            stay = {str(one["id"]) for one in given.get("attachments") or message["attachments"]}
            left = [one for one in message["attachments"] if one["id"] in stay]
            message["attachments"] = left + [self._kept(room, *file) for file in files]
        if not (message["flags"] & limits.COMPONENTS_V2) and limits._is_empty(message, set()):
            raise Refused(400, 50006, "Cannot send an empty message")
        message["edited_timestamp"] = iso()
        self._world.tell_message("MESSAGE_UPDATE", room, message)
        return message

    def _kept(self, room: Room, name: str, media: str, content: bytes) -> Data:
        if len(content) > limits.FILE:
            raise Refused(413, 40005, "Request entity too large")
        id_ = self._world.snowflake()
        self.files[id_] = (name, media, content)
        url = f"{self.address}attachments/{room.id}/{id_}/{name}"
        kept = {"id": id_, "filename": name, "size": len(content), "url": url, "proxy_url": url}
        return {**kept, "content_type": media, "flags": 0}

    def _check_named(self, given: Data, files: int) -> None:
        """Attachments that are named must have come along."""
        for number, one in enumerate(given.get("attachments") or ()):
            if not str(one.get("id", "")).isdecimal() or int(one["id"]) >= files:
                raise invalid(f"attachments.{number}.id", "ATTACHMENT_NOT_FOUND", "Attachment data not found")

    def _embeds(self, room: Room, given: Data) -> list[Data]:
        """As they are kept; without the right to embed links none is."""
        if not self._world.permissions(self._world.bot, room).embed_links:
            return []
        return [{"type": "rich", **embed} for embed in given.get("embeds") or []]

    def _referenced(self, room: Room, reference: Data) -> Data:
        found = room.messages.get(str(reference.get("message_id")))
        if found is None and reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        return {} if found is None else {"type": REPLY, "message_reference": reference}


def _numbered(components: list[Data]) -> list[Data]:
    """Components as Discord gives them back: each with a number of its own."""
    for number, (_, component) in enumerate(limits.walked(components), 1):
        component.setdefault("id", number)
    return components


def _pinged(content: str, allowed: Any) -> set[str] | None:
    """Who of the people named is told; None for everybody of them."""
    if allowed is None or "users" in (allowed.get("parse") or ()):
        return None
    return {str(each) for each in allowed.get("users") or ()}


def _pings_all(content: str, allowed: Any) -> bool:
    named = re.search("@(everyone|here)", content)
    return bool(named) and (allowed is None or "everyone" in (allowed.get("parse") or ()))
