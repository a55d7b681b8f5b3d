"""What was said in the local channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message of the local channel. `thread` is the id of its first message; `private_to` a user's id.

    `body` is what the adapter draws (card, buttons, files), `reactions` maps an emoji to who gave it.
    """

    id: str
    channel: str
    thread: str
    user: str
    text: str
    at: datetime
    bot: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    reactions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    edited: datetime | None = None
    private_to: str = ""


class Rooms(Protocol):
    """What was said in the local channel; ids grow with time."""

    async def say(self, message: RoomMessage, *, key: str) -> str:
        """Store a message under a key; a key that is there already returns the first one's id."""

    async def change(
        self, message_id: str, *, at: datetime, text: str, body: dict[str, Any], kept: Sequence[str] = ()
    ) -> RoomMessage:
        """Edit a message; what is named in `kept` stays where the new body has none of it. Raises NotFound."""

    async def react(self, message_id: str, user: str, emoji: str, *, on: bool) -> RoomMessage | None: ...

    async def read(
        self, channel: str, *, thread: str | None = None, message_id: str | None = None, limit: int = 500
    ) -> list[RoomMessage]:
        """Messages oldest first, the newest `limit` of them."""

    async def channels(self) -> list[str]: ...
