"""What Discord knows of one server: people, roles, channels, threads and messages; each change told as its own event."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from discord import Permissions

Data = dict[str, Any]
Tell = Callable[[str, Data], None]

EPOCH = 1_420_070_400_000
TEXT, DM, PUBLIC, PRIVATE = 0, 1, 11, 12
"""The types of channels that there are here."""
EPHEMERAL, COMPONENTS_V2, SUPPRESS_EMBEDS, HAS_THREAD, LOADING = 1 << 6, 1 << 15, 1 << 2, 1 << 5, 1 << 7
REPLY, CHAT_INPUT, CONTEXT_MENU = 19, 20, 23
"""The types of messages beside plain ones: answers to messages, to commands, to context menus."""

EVERYBODY = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    add_reactions=True,
    embed_links=True,
    attach_files=True,
    use_application_commands=True,
)


class Refused(Exception):
    """Answered with a status and Discord's own code."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body = {"message": message, "code": code, **more}


def invalid(where: str, code: str, message: str) -> Refused:
    """Discord's word for a body that is not right, with the place in it (`content`, `embeds.0.title`)."""
    errors: Data = {"_errors": [{"code": code, "message": message}]}
    for step in reversed(where.split(".")):
        errors = {step: errors}
    return Refused(400, 50035, "Invalid Form Body", errors=errors)


@dataclass
class Role:
    id: str
    name: str
    permissions: int = 0
    position: int = 1


@dataclass
class Someone:
    """`member`: is in the server; `open`: takes direct messages of the bot."""

    id: str
    name: str
    bot: bool = False
    member: bool = True
    open: bool = True
    roles: set[str] = field(default_factory=set)

    def user(self) -> Data:
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0000" if self.bot else "0",
            "global_name": None if self.bot else self.name,
            "avatar": None,
            "bot": self.bot,
            "system": False,
            "public_flags": 0,
        }


@dataclass
class Room:
    """A channel, a thread (`parent` is its channel) or somebody's direct messages (`members`)."""

    id: str
    name: str
    type: int = TEXT
    parent: str = ""
    owner: str = ""
    archived: bool = False
    locked: bool = False
    archive_after: int = 1440
    created: str = ""
    renamed: list[float] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
    overwrites: dict[str, tuple[int, int]] = field(default_factory=dict)
    messages: dict[str, Data] = field(default_factory=dict)

    @property
    def is_thread(self) -> bool:
        return self.type in (PUBLIC, PRIVATE)


class World:
    """`tell` is given every event, with its name; the gateway decides who hears it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._last = 0
        self.people: dict[str, Someone] = {}
        self.rooms: dict[str, Room] = {}
        self.guild = self.snowflake()
        self.roles = {self.guild: Role(self.guild, "@everyone", EVERYBODY.value, 0)}
        self.content_allowed = False
        """Whether the app has the intent for the contents of messages: switched on in the developers' portal."""
        self.bot = self.person("goalward", bot=True)
        self.app = self.bot
        self.there = True
        """Whether the bot is in the server."""

    # --- making ---------------------------------------------------------------------------------------

    def snowflake(self) -> str:
        """The next id; ids grow with time, and carry it."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - EPOCH) << 22)
        return str(self._last)

    def person(self, name: str, *, bot: bool = False, member: bool = True) -> str:
        """The id of somebody of this name, who is made when they are new."""
        for one in self.people.values():
            if name in (one.name, one.id):
                return one.id
        someone = Someone(self.snowflake(), name, bot, member)
        self.people[someone.id] = someone
        return someone.id

    def role(self, name: str, *people: str) -> str:
        """The id of the role of this name, which these people have besides those who have it."""
        found = next((role for role in self.roles.values() if role.name == name), None)
        role = found or Role(self.snowflake(), name, position=len(self.roles))
        self.roles[role.id] = role
        for person in people:
            self.people[self.person(person)].roles.add(role.id)
        if found is None:
            self._tell("GUILD_ROLE_CREATE", {"guild_id": self.guild, "role": self.role_shown(role)})
        return role.id

    def room(self, name: str) -> Room:
        """The channel of this name (or id), which is made when it is new."""
        for room in self.rooms.values():
            if name in (room.name, room.id) and not (room.is_thread and name == room.name):
                return room
        room = Room(self.snowflake(), re.sub("[^a-z0-9-]", "-", name.lower()))
        self.rooms[room.id] = room
        if self.there:
            self._tell("CHANNEL_CREATE", self.channel(room))
        return room

    def direct(self, user: str) -> Room:
        """The direct messages between somebody and the bot."""
        for room in self.rooms.values():
            if room.type == DM and user in room.members:
                return room
        room = Room(self.snowflake(), "", DM, members={user, self.bot})
        self.rooms[room.id] = room
        return room

    # --- rights ---------------------------------------------------------------------------------------

    def permissions(self, user: str, room: Room) -> Permissions:
        """What somebody may in a channel; in a thread what they may in its channel."""
        someone = self.people[user]
        if room.type == DM:
            return Permissions.all() if user in room.members else Permissions.none()
        if not someone.member or (user == self.bot and not self.there):
            return Permissions.none()
        channel = self.rooms.get(room.parent, room) if room.is_thread else room
        of_roles = [self.roles[role] for role in (self.guild, *someone.roles) if role in self.roles]
        value = 0
        for role in of_roles:
            value |= role.permissions
        if Permissions(value).administrator:
            return Permissions.all()
        for subjects in ((self.guild,), someone.roles, (user,)):
            denied = allowed = 0
            for subject in subjects:
                allow, deny = channel.overwrites.get(subject, (0, 0))
                denied, allowed = denied | deny, allowed | allow
            value = value & ~denied | allowed
        return Permissions(value)

    def sees(self, user: str, room: Room) -> bool:
        if room.type == DM:
            return user in room.members
        if room.type == PRIVATE and user not in room.members:
            return False
        return self.permissions(user, room).view_channel

    def seen(self, channel: str) -> Room:
        """A channel that the bot may see. Raises Refused."""
        room = self.rooms.get(channel)
        if room is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not self.sees(self.bot, room):
            raise Refused(403, 50001, "Missing Access")
        return room

    def need(self, room: Room, *rights: str) -> None:
        """Raises Refused unless the bot has every one of these permissions there."""
        has = self.permissions(self.bot, room)
        if not all(getattr(has, right) for right in rights):
            raise Refused(403, 50013, "Missing Permissions")

    def message(self, room: Room, message: str) -> Data:
        found = room.messages.get(message)
        if found is None or found["flags"] & EPHEMERAL:
            raise Refused(404, 10008, "Unknown Message")
        return found

    # --- as Discord shows it --------------------------------------------------------------------------

    def member(self, user: str) -> Data:
        someone = self.people[user]
        return {
            "roles": sorted(someone.roles),
            "nick": None,
            "avatar": None,
            "joined_at": iso(),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
        }

    def channel(self, room: Room) -> Data:
        latest = next(reversed(room.messages), None)
        shared: Data = {"id": room.id, "type": room.type, "last_message_id": latest, "flags": 0}
        if room.type == DM:
            others = [self.people[user].user() for user in room.members if user != self.bot]
            return {**shared, "recipients": others}
        shared |= {"guild_id": self.guild, "name": room.name, "rate_limit_per_user": 0}
        return shared | (self._thread(room) if room.is_thread else self._text(room))

    def _text(self, room: Room) -> Data:
        overwrites = [
            {"id": subject, "type": 0 if subject in self.roles else 1, "allow": str(allow), "deny": str(deny)}
            for subject, (allow, deny) in room.overwrites.items()
        ]
        more = {"topic": None, "nsfw": False, "parent_id": None, "position": 0}
        return {**more, "permission_overwrites": overwrites}

    def _thread(self, room: Room) -> Data:
        about = {
            "archived": room.archived,
            "locked": room.locked,
            "auto_archive_duration": room.archive_after,
            "archive_timestamp": iso(),
            "create_timestamp": room.created,
        }
        told: Data = {
            "parent_id": room.parent,
            "owner_id": room.owner,
            "message_count": len(room.messages),
            "member_count": len(room.members),
            "thread_metadata": about | ({"invitable": True} if room.type == PRIVATE else {}),
        }
        if self.bot in room.members:
            told["member"] = {"id": room.id, "user_id": self.bot, "join_timestamp": iso(), "flags": 0}
        return told

    def guild_shown(self) -> Data:
        """The server as GUILD_CREATE tells it to the bot: what it may see, and the threads that are not archived."""
        visible = [room for room in self.rooms.values() if room.type != DM and self.sees(self.bot, room)]
        threads = [room for room in visible if room.is_thread]
        return {
            **self.guild_known(),
            "joined_at": iso(),
            "large": False,
            "unavailable": False,
            "member_count": sum(one.member for one in self.people.values()),
            "members": [{**self.member(self.bot), "user": self.people[self.bot].user()}],
            "channels": [self.channel(room) for room in visible if not room.is_thread],
            "threads": [self.channel(room) for room in threads if not room.archived],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def guild_known(self) -> Data:
        return {
            "id": self.guild,
            "name": "Home",
            "icon": None,
            "splash": None,
            "owner_id": self.person("owner"),
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [self.role_shown(role) for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
        }

    def role_shown(self, role: Role) -> Data:
        return {
            "id": role.id,
            "name": role.name,
            "permissions": str(role.permissions),
            "position": role.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }

    def shown(self, room: Room, message: Data) -> Data:
        """A message as the bot may read it."""
        told = {key: value for key, value in message.items() if key not in ("given", "bursts", "nonce_key")}
        bursts = message.get("bursts", {})
        told["reactions"] = [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(users),
                "count_details": {
                    "burst": (burst := len(bursts.get(emoji, ()))),
                    "normal": len(users) - burst,
                },
                "me": self.bot in users,
                "me_burst": False,
                "burst_colors": [],
            }
            for emoji, users in message["given"].items()
            if users
        ]
        return told if self.may_read(room, message) else _without_content(told)

    def may_read(self, room: Room, message: Data) -> bool:
        """Contents are for apps with the intent, but for their own messages, direct ones and those that mention them.

        An answer to what a command posted counts as no mention, unless the text itself has one.
        """
        if self.content_allowed or room.type == DM or message["author"]["id"] == self.bot:
            return True
        if f"<@{self.bot}>" in message["content"]:
            return True
        answered = message.get("referenced_message") or {}
        mentioned = any(user["id"] == self.bot for user in message["mentions"])
        return mentioned and answered.get("type") not in (CHAT_INPUT, CONTEXT_MENU)

    # --- what happens ---------------------------------------------------------------------------------

    def post(self, room: Room, author: str, content: str, *, tell: bool = True, **more: Any) -> Data:
        """Put a message into a channel."""
        mentioned = [one for one in re.findall(r"<@!?(\d+)>", content) if one in self.people]
        mentioned += [each for each in more.pop("pinged", ()) if each not in mentioned]
        message: Data = {
            "id": self.snowflake(),
            "type": 0,
            "channel_id": room.id,
            "author": self.people[author].user(),
            "content": content,
            "timestamp": iso(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [self.people[one].user() for one in mentioned],
            "mention_roles": re.findall(r"<@&(\d+)>", content),
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "flags": 0,
            "given": {},
            **more,
        }
        room.messages[message["id"]] = message
        if room.archived and not room.locked:
            self.change(room, archived=False)
        if tell:
            self.tell_message("MESSAGE_CREATE", room, message)
        return message

    def tell_message(self, event: str, room: Room, message: Data) -> None:
        told = self.shown(room, message) | {"channel_type": room.type}
        author = message["author"]["id"]
        if room.type != DM:
            told["guild_id"] = self.guild
            if self.people[author].member:
                told["member"] = self.member(author)
        if event == "MESSAGE_CREATE":
            told.pop("reactions")
        if not message["flags"] & EPHEMERAL:
            self._tell_in(room, event, told)

    def delete(self, room: Room, message: str) -> None:
        del room.messages[message]
        self._tell_in(room, "MESSAGE_DELETE", {"id": message, "channel_id": room.id, **self._in_guild(room)})

    def open_thread(
        self, room: Room, name: str, by: str, *, message: str = "", private: bool = False
    ) -> Room:
        """A thread, whose id is that of the message that it begins with."""
        thread = Room(message or self.snowflake(), name, PRIVATE if private else PUBLIC, room.id, by)
        thread.created = iso()
        thread.members.add(by)
        self.rooms[thread.id] = thread
        if message:
            root = room.messages[message]
            root["flags"] |= HAS_THREAD
            root["thread"] = self.channel(thread)
        self._tell_in(thread, "THREAD_CREATE", {**self.channel(thread), "newly_created": True})
        return thread

    def change(self, room: Room, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(room, name, value)
        self._tell_in(room, "THREAD_UPDATE" if room.is_thread else "CHANNEL_UPDATE", self.channel(room))

    def remove(self, room: Room) -> None:
        """Delete a channel with its threads, or a thread."""
        for each in [each for each in self.rooms.values() if each.parent == room.id]:
            self.remove(each)
        shown = self.channel(room)
        told = {"id": room.id, "guild_id": self.guild, "parent_id": room.parent, "type": room.type}
        if room.is_thread:
            self._tell_in(room, "THREAD_DELETE", told)
        else:
            self._tell_in(room, "CHANNEL_DELETE", shown)
        del self.rooms[room.id]

    def react(self, room: Room, message: Data, user: str, emoji: str, *, tell: bool = True) -> None:
        users = message["given"].setdefault(emoji, [])
        if user in users:
            return
        if not users and sum(map(bool, message["given"].values())) >= 20:
            raise Refused(400, 30010, "Maximum number of reactions reached (20)")
        users.append(user)
        if tell:
            self._tell_reaction("MESSAGE_REACTION_ADD", room, message, user, emoji)

    def unreact(self, room: Room, message: Data, user: str, emoji: str) -> None:
        users = message["given"].get(emoji, [])
        if user in users:
            users.remove(user)
            self._tell_reaction("MESSAGE_REACTION_REMOVE", room, message, user, emoji)

    def _tell_reaction(self, event: str, room: Room, message: Data, user: str, emoji: str) -> None:
        told = {
            "user_id": user,
            "channel_id": room.id,
            "message_id": message["id"],
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
            **self._in_guild(room),
        }
        if event == "MESSAGE_REACTION_ADD":
            told["message_author_id"] = message["author"]["id"]
            if room.type != DM:
                told["member"] = {**self.member(user), "user": self.people[user].user()}
        self._tell_in(room, event, told)

    def _in_guild(self, room: Room) -> Data:
        return {} if room.type == DM else {"guild_id": self.guild}

    def _tell_in(self, room: Room, event: str, data: Data) -> None:
        if self.sees(self.bot, room):
            self._tell(event, data)


def iso() -> str:
    return datetime.now(UTC).isoformat()


def _without_content(message: Data) -> Data:
    return {**message, "content": "", "embeds": [], "attachments": [], "components": []}
