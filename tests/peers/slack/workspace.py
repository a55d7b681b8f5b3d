"""What a Slack workspace knows: people, groups, channels and messages, each change told as Slack's own event."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]
Tell = Callable[[Event], None]


class Refused(Exception):
    """The Web API answers `ok: false` with this word."""

    def __init__(self, word: str, **more: Any) -> None:
        super().__init__(word)
        self.word = word
        self.more = more


@dataclass
class Someone:
    id: str
    name: str
    team: str
    guest: bool = False
    bot: bool = False
    organisation: tuple[str, ...] = ()


@dataclass
class Room:
    id: str
    name: str
    private: bool = False
    im: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return "im" if self.im else "group" if self.private else "channel"

    @property
    def history_scope(self) -> str:
        return {"im": "im:history", "group": "groups:history", "channel": "channels:history"}[self.kind]


class Workspace:
    """`tell` is given every event that the app would be sent."""

    def __init__(self, tell: Tell) -> None:
        self.team = "T0HOME"
        self.app = "A0GOALWARD"
        self.people: dict[str, Someone] = {}
        self.rooms: dict[str, Room] = {}
        self.groups: dict[str, tuple[str, set[str]]] = {}
        self._last = (0, 0)
        self._tell = tell
        self.bot = self.person("goalward", bot=True)
        self.bot_id = "B0GOALWARD"

    # --- making ---------------------------------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        guest: bool = False,
        team: str = "",
        bot: bool = False,
        organisation: tuple[str, ...] = (),
    ) -> str:
        """The id of somebody of this name, who is made when they are new. `organisation` are the workspaces that they
        belong to in an Enterprise organisation.
        """
        for one in self.people.values():
            if one.name == name:
                return one.id
        someone = Someone(f"U0{name.upper()}", name, team or self.team, guest, bot, organisation)
        self.people[someone.id] = someone
        return someone.id

    def room(self, name: str, *, member: bool = True, private: bool = False) -> Room:
        """The channel of this name (or id), which is made when it is new; `member`: the bot is in it."""
        for room in self.rooms.values():
            if name in (room.name, room.id):
                return room
        room = Room(f"C0{re.sub('[^A-Z0-9]', '', name.upper())}", name, private)
        if member:
            room.members.add(self.bot)
        self.rooms[room.id] = room
        return room

    def im(self, user: str) -> Room:
        """The direct messages between somebody and the bot."""
        for room in self.rooms.values():
            if room.im and user in room.members:
                return room
        room = Room(f"D0{user[2:]}", "", im=True, members={user, self.bot})
        self.rooms[room.id] = room
        return room

    def group(self, handle: str, *names: str) -> str:
        """A user group of these people; its id."""
        id_ = f"S0{handle.upper()}"
        self.groups[id_] = (handle, {self.person(name) for name in names})
        return id_

    def stamp(self) -> str:
        """The next time stamp; as a number it would lose its last digits."""
        now = int(time.time())
        second, number = self._last
        self._last = (now, 1) if now > second else (second, number + 1) if number < 9999 else (second + 1, 1)
        return f"{self._last[0]}.{self._last[1]:04d}00"

    # --- looking --------------------------------------------------------------------------------------

    def seen(self, channel: str) -> Room:
        """A channel that the bot may see. Raises Refused."""
        room = self.rooms.get(channel)
        if room is None or (room.private and self.bot not in room.members):
            raise Refused("channel_not_found")
        return room

    def entered(self, channel: str) -> Room:
        """A channel that the bot is in, where something may be written. Raises Refused."""
        room = self.seen(channel)
        if self.bot not in room.members:
            raise Refused("not_in_channel")
        if room.archived:
            raise Refused("is_archived")
        return room

    def message(self, room: Room, ts: Any) -> dict[str, Any]:
        if not isinstance(ts, str):
            raise Refused(
                "invalid_arguments", response_metadata={"messages": ["[ERROR] ts must be a string"]}
            )
        if ts not in room.messages:
            raise Refused("message_not_found")
        return room.messages[ts]

    def thread(self, room: Room, ts: Any) -> list[dict[str, Any]]:
        if not isinstance(ts, str) or ts not in room.messages:
            raise Refused("thread_not_found")
        return [m for m in room.messages.values() if m["ts"] == ts or m.get("thread_ts") == ts]

    # --- what happens ---------------------------------------------------------------------------------

    def post(
        self, room: Room, user: str, text: str, *, thread: str = "", **more: Any
    ) -> tuple[dict[str, Any], list[Event]]:
        """Put a message into a channel. Returns it, and the events that the app is told of it."""
        message: dict[str, Any] = {"type": "message", "user": user, "text": text, "ts": self.stamp(), **more}
        if thread:
            root = self.message(room, thread)
            message |= {"thread_ts": thread, "parent_user_id": root["user"]}
            root.setdefault("thread_ts", thread)
            root["reply_count"] = root.get("reply_count", 0) + 1
        room.messages[message["ts"]] = message
        return message, self._heard(room, message)

    def _heard(self, room: Room, message: dict[str, Any]) -> list[Event]:
        shown = {
            key: value
            for key, value in message.items()
            if key not in ("metadata", "reactions", "reply_count")
        }
        event = {**shown, "channel": room.id, "channel_type": room.kind, "event_ts": message["ts"]}
        told = [event]
        if f"<@{self.bot}>" in message["text"] and not room.im and message["user"] != self.bot:
            told.insert(0, {**{k: v for k, v in event.items() if k != "channel_type"}, "type": "app_mention"})
        return told if self.bot in room.members else []

    def changed(self, room: Room, before: dict[str, Any], after: dict[str, Any]) -> Event:
        """What is told when somebody edits a message."""
        stamp = self.stamp()
        return {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": room.id,
            "channel_type": room.kind,
            "ts": stamp,
            "event_ts": stamp,
            "message": after,
            "previous_message": before,
        }

    def deleted(self, room: Room, before: dict[str, Any]) -> Event:
        stamp = self.stamp()
        return {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": room.id,
            "channel_type": room.kind,
            "ts": stamp,
            "event_ts": stamp,
            "deleted_ts": before["ts"],
            "previous_message": before,
        }

    def react(self, room: Room, ts: Any, user: str, name: str, *, added: bool = True) -> list[Event]:
        """Raises Refused with `already_reacted`, `no_reaction`, `invalid_name`, `message_not_found`."""
        message = self.message(room, ts)
        if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
            raise Refused("invalid_name")
        users = message.setdefault("reactions", {}).setdefault(name, [])
        if added == (user in users):
            raise Refused("already_reacted" if added else "no_reaction")
        users.append(user) if added else users.remove(user)
        event = {
            "type": "reaction_added" if added else "reaction_removed",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": room.id, "ts": ts},
            "item_user": message["user"],
            "event_ts": self.stamp(),
        }
        return [event] if self.bot in room.members else []

    def tell(self, events: list[Event]) -> None:
        for event in events:
            self._tell(event)
