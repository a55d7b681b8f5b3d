"""The methods of the Web API that the app calls: what each needs, what it refuses, what it changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.peers.slack import limits
from tests.peers.slack.arguments import flag
from tests.peers.slack.workspace import Refused, Room, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

TRIGGER_LIVES = 3.0
PAGE = 100
STREAM_BLOCKS = 50
ALL_SCOPES = frozenset(
    [
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "chat:write",
        "commands",
        "reactions:read",
        "reactions:write",
        "files:write",
        "users:read",
        "usergroups:read",
    ]
)


@dataclass
class Triggers:
    """Which `trigger_id` was given out when; each opens one view, within three seconds."""

    given: dict[str, float] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def use(self, trigger: Any) -> None:
        if trigger in self.used:
            raise Refused("exchanged_trigger_id")
        if trigger not in self.given:
            raise Refused("invalid_trigger_id")
        if time.monotonic() - self.given[trigger] > TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        self.used.add(trigger)


class Methods:
    """`rich`: the workspace takes the newest blocks. `native`: it knows the agents' methods, for an app that is one;
    else they are refused with `no_agents`. With `no_streams` streams are refused.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._home = workspace
        self.scopes = set(ALL_SCOPES)
        self.rich = True
        self.native = False
        self.no_agents = "unknown_method"
        self.no_streams = ""
        self.hears_stops = True
        self.triggers = Triggers()
        self.whispers: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.statuses: list[Arguments] = []
        self.sessions: dict[tuple[str, str], Answer] = {}
        self.address = ""

    def needs(self, method: str, given: Arguments) -> str:
        """The scope that a call needs; empty where none does."""
        if method in ("conversations.replies", "conversations.history"):
            room = self._home.rooms.get(str(given.get("channel")))
            return room.history_scope if room else ""
        return {
            "chat.postMessage": "chat:write",
            "chat.postEphemeral": "chat:write",
            "chat.update": "chat:write",
            "chat.delete": "chat:write",
            "chat.startStream": "chat:write",
            "chat.appendStream": "chat:write",
            "chat.stopStream": "chat:write",
            "agents.sessions.setStatus": "chat:write",
            "reactions.add": "reactions:write",
            "reactions.remove": "reactions:write",
            "reactions.get": "reactions:read",
            "conversations.open": "im:write",
            "conversations.info": "channels:read",
            "conversations.list": "channels:read",
            "users.conversations": "channels:read",
            "users.info": "users:read",
            "usergroups.list": "usergroups:read",
            "usergroups.users.list": "usergroups:read",
            "files.getUploadURLExternal": "files:write",
            "files.completeUploadExternal": "files:write",
        }.get(method, "")

    def find(self, method: str) -> Callable[[Arguments], Answer]:
        """Raises Refused for a method that there is not."""
        if method.startswith("agents.") and not self.native:
            raise Refused(self.no_agents)
        found = getattr(self, "_" + method.replace(".", "_"), None)
        if found is None:
            raise Refused("unknown_method")
        return found  # type: ignore[no-any-return]

    # --- who ------------------------------------------------------------------------------------------

    def _auth_test(self, given: Arguments) -> Answer:
        return {
            "url": "https://home.slack.test/",
            "team": "Home",
            "user": "goalward",
            "team_id": self._home.team,
            "user_id": self._home.bot,
            "bot_id": self._home.bot_id,
            "is_enterprise_install": False,
        }

    def _users_info(self, given: Arguments) -> Answer:
        one = self._home.people.get(str(given.get("user")))
        if one is None:
            raise Refused("user_not_found")
        user = {
            "id": one.id,
            "team_id": one.team,
            "name": one.name,
            "real_name": one.name.title(),
            "deleted": False,
            "is_bot": one.bot,
            "is_restricted": one.guest,
            "is_ultra_restricted": False,
            "profile": {"display_name": one.name, "real_name": one.name.title()},
        }
        # Whoever is in a shared channel is no stranger.
        grid = {"enterprise_user": {"id": one.id, "enterprise_id": "E1", "teams": list(one.organisation)}}
        return {"user": user | (grid if one.organisation else {})}

    def _usergroups_list(self, given: Arguments) -> Answer:
        included = flag(given.get("include_users"))
        groups = [
            {
                "id": id_,
                "team_id": self._home.team,
                "handle": handle,
                "name": handle.title(),
                "date_delete": 0,
            }
            | ({"users": sorted(users)} if included else {})
            for id_, (handle, users) in self._home.groups.items()
        ]
        return {"usergroups": groups}

    # --- messages -------------------------------------------------------------------------------------

    def _chat_postMessage(self, given: Arguments) -> Answer:
        channel = str(given.get("channel", ""))
        room = self._home.im(channel) if channel in self._home.people else self._home.entered(channel)
        thread = self._thread_of(room, given)
        self._refuse_unfit(given)
        message, told = self._home.post(
            room, self._home.bot, self._text(given), thread=thread, **self._written(given)
        )
        self._home.tell(told)
        return {"channel": room.id, "ts": message["ts"], "message": message}

    def _chat_postEphemeral(self, given: Arguments) -> Answer:
        room = self._home.entered(str(given.get("channel", "")))
        thread = self._thread_of(room, given)
        if given.get("user") not in room.members:
            raise Refused("user_not_in_channel")
        self._refuse_unfit(given)
        whisper = {
            "ts": self._home.stamp(),
            "channel": room.id,
            "user": given["user"],
            "text": self._text(given),
            **self._written(given),
        }
        self.whispers.append(whisper | ({"thread_ts": thread} if thread else {}))
        return {"message_ts": whisper["ts"]}

    def _chat_update(self, given: Arguments) -> Answer:
        room = self._home.entered(str(given.get("channel", "")))
        message = self._home.message(room, given.get("ts"))
        if message["user"] != self._home.bot:
            raise Refused("cant_update_message")
        self._refuse_unfit(given)
        before = dict(message)
        if "text" in given and "blocks" not in given:
            message.pop("blocks", None)
        if "text" in given:
            message["text"] = self._text(given)
        message |= {k: v for k, v in self._written(given).items() if k in ("blocks", "metadata")}
        message["edited"] = {"user": self._home.bot, "ts": self._home.stamp()}
        self._home.tell([self._home.changed(room, before, dict(message))])
        return {"channel": room.id, "ts": message["ts"], "text": message["text"], "message": message}

    def _chat_delete(self, given: Arguments) -> Answer:
        room = self._home.entered(str(given.get("channel", "")))
        message = self._home.message(room, given.get("ts"))
        if message["user"] != self._home.bot:
            raise Refused("cant_delete_message")
        del room.messages[message["ts"]]
        return {"channel": room.id, "ts": message["ts"]}

    def _chat_getPermalink(self, given: Arguments) -> Answer:
        room = self._home.seen(str(given.get("channel", "")))
        message = self._home.message(room, given.get("message_ts"))
        place = f"https://home.slack.test/archives/{room.id}/p{message['ts'].replace('.', '')}"
        return {"channel": room.id, "permalink": place}

    def _thread_of(self, room: Room, given: Arguments) -> str:
        thread = given.get("thread_ts")
        if thread in (None, ""):
            return ""
        if not isinstance(thread, str) or thread not in room.messages:
            raise Refused("thread_not_found")
        if room.messages[thread].get("thread_ts", thread) != thread:
            raise Refused("cannot_reply_to_message")
        return thread

    def _refuse_unfit(self, given: Arguments) -> None:
        word = limits.message_problems(given, rich=self.rich)
        if word:
            details = limits.problems(given.get("blocks") or [], rich=self.rich)
            raise Refused(word, response_metadata={"messages": [f"[ERROR] {detail}" for detail in details]})

    def _text(self, given: Arguments) -> str:
        return str(given.get("text") or "")[:40_000]

    def _written(self, given: Arguments) -> dict[str, Any]:
        kept = {name: given[name] for name in ("blocks", "metadata") if given.get(name)}
        unfurls = {name: given[name] for name in ("unfurl_links", "unfurl_media") if name in given}
        return {**kept, **unfurls, "bot_id": self._home.bot_id, "app_id": self._home.app}

    # --- streams --------------------------------------------------------------------------------------

    def _chat_startStream(self, given: Arguments) -> Answer:
        room = self._home.entered(str(given.get("channel", "")))
        self._refuse_streams()
        if not given.get("thread_ts"):
            raise Refused("invalid_arguments")
        thread = self._thread_of(room, given)
        if not room.im:
            self._refuse_nobody(given)
        blocks = self._chunks(given)
        more = {"bot_id": self._home.bot_id, "app_id": self._home.app, "streaming": True}
        message, told = self._home.post(room, self._home.bot, "", thread=thread, blocks=blocks, **more)
        self._home.tell(told)
        return {"channel": room.id, "ts": message["ts"]}

    def _chat_appendStream(self, given: Arguments) -> Answer:
        room, message = self._streamed(given)
        if not given.get("chunks") and not given.get("markdown_text"):
            raise Refused("no_text")
        blocks = [*message["blocks"], *self._chunks(given)]
        if len(blocks) > STREAM_BLOCKS:
            raise Refused("invalid_chunks")
        if len(json.dumps(blocks, ensure_ascii=False).encode()) > limits.BLOCKS_BYTES:
            raise Refused("msg_blocks_too_long")
        message["blocks"] = blocks
        return {"channel": room.id, "ts": message["ts"]}

    def _chat_stopStream(self, given: Arguments) -> Answer:
        room, message = self._streamed(given)
        message["streaming"] = False
        return {"channel": room.id, "ts": message["ts"], "message": message}

    def _refuse_streams(self) -> None:
        if self.no_streams:
            raise Refused(self.no_streams)

    def _refuse_nobody(self, given: Arguments) -> None:
        """Who a stream in a channel is for has to be said."""
        for name, known in (("recipient_user_id", self._home.people), ("recipient_team_id", ())):
            if not given.get(name):
                raise Refused(f"missing_{name}")
            if known and given[name] not in known:
                raise Refused("user_not_found")

    def _streamed(self, given: Arguments) -> tuple[Room, dict[str, Any]]:
        room = self._home.entered(str(given.get("channel", "")))
        self._refuse_streams()
        message = self._home.message(room, given.get("ts"))
        if message.get("stopped"):
            raise Refused("stopped_by_user")
        if not message.get("streaming"):
            raise Refused("message_not_in_streaming_state")
        return room, message

    def _chunks(self, given: Arguments) -> list[dict[str, Any]]:
        """The blocks of a call. One of markdown would be text that has markup."""
        if given.get("markdown_text") and given.get("chunks"):
            raise Refused("invalid_arguments")
        chunks = given.get("chunks") or []
        if not isinstance(chunks, list) or any(chunk.get("type") != "blocks" for chunk in chunks):
            raise Refused("invalid_chunks")
        blocks = [block for chunk in chunks for block in chunk.get("blocks") or ()]
        if not blocks or len(blocks) > STREAM_BLOCKS or limits.problems(blocks, rich=self.rich):
            raise Refused("invalid_chunks")
        return blocks

    # --- reading --------------------------------------------------------------------------------------

    def _conversations_replies(self, given: Arguments) -> Answer:
        room = self._read(given)
        found = self._home.thread(room, given.get("ts"))
        root, replies = found[0], self._within(found[1:], given)
        start, size = int(given.get("cursor") or 0), min(int(given.get("limit") or PAGE), 1000)
        shown = [root, *replies[start : start + size]]
        return self._paged([_shown(m, given) for m in shown], start + size, len(replies))

    def _conversations_history(self, given: Arguments) -> Answer:
        room = self._read(given)
        roots = [m for m in room.messages.values() if m.get("thread_ts", m["ts"]) == m["ts"]]
        found = list(reversed(self._within(roots, given)))
        start, size = int(given.get("cursor") or 0), min(int(given.get("limit") or PAGE), 1000)
        return self._paged([_shown(m, given) for m in found[start : start + size]], start + size, len(found))

    def _read(self, given: Arguments) -> Room:
        room = self._home.seen(str(given.get("channel", "")))
        if self._home.bot not in room.members:
            raise Refused("not_in_channel")
        return room

    def _within(self, messages: list[dict[str, Any]], given: Arguments) -> list[dict[str, Any]]:
        oldest, latest = str(given.get("oldest") or "0"), str(given.get("latest") or "9")
        if flag(given.get("inclusive")):
            return [m for m in messages if oldest <= m["ts"] <= latest]
        return [m for m in messages if oldest < m["ts"] < latest]

    def _paged(self, messages: list[dict[str, Any]], end: int, all_: int) -> Answer:
        more = end < all_
        next_ = {"response_metadata": {"next_cursor": str(end)}} if more else {}
        return {"messages": messages, "has_more": more, **next_}

    def _conversations_open(self, given: Arguments) -> Answer:
        users = str(given.get("users", "")).split(",")
        if users[0] not in self._home.people:
            raise Refused("user_not_found")
        return {"channel": {"id": self._home.im(users[0]).id}}

    def _conversations_info(self, given: Arguments) -> Answer:
        return {"channel": self._described(self._home.seen(str(given.get("channel", ""))))}

    def _users_conversations(self, given: Arguments) -> Answer:
        """Somebody's channels, as far as the app can see them; its own where nobody is named."""
        user = str(given.get("user") or self._home.bot)
        if user not in self._home.people:
            raise Refused("user_not_found")
        rooms = [
            self._described(room)
            for room in self._home.rooms.values()
            if user in room.members
            and not room.im
            and not (room.private and self._home.bot not in room.members)
        ]
        start = int(given.get("cursor") or 0)
        end = start + min(int(given.get("limit") or PAGE), 1000)
        more = str(end) if end < len(rooms) else ""
        return {"channels": rooms[start:end], "response_metadata": {"next_cursor": more}}

    def _described(self, room: Room) -> dict[str, Any]:
        return {
            "id": room.id,
            "name": room.name,
            "is_private": room.private,
            "is_im": room.im,
            "is_archived": room.archived,
            "is_member": self._home.bot in room.members,
        }

    # --- reactions ------------------------------------------------------------------------------------

    def _reactions_add(self, given: Arguments) -> Answer:
        room = self._home.entered(str(given.get("channel", "")))
        self._home.tell(
            self._home.react(room, given.get("timestamp"), self._home.bot, str(given.get("name")))
        )
        return {}

    def _reactions_remove(self, given: Arguments) -> Answer:
        room, name = self._home.entered(str(given.get("channel", ""))), str(given.get("name"))
        self._home.tell(self._home.react(room, given.get("timestamp"), self._home.bot, name, added=False))
        return {}

    def _reactions_get(self, given: Arguments) -> Answer:
        room = self._read(given)
        message = self._home.message(room, given.get("timestamp"))
        reactions = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.get("reactions", {}).items()
            if users
        ]
        shown = {k: v for k, v in message.items() if k not in ("reactions", "metadata")}
        return {
            "type": "message",
            "channel": room.id,
            "message": shown | ({"reactions": reactions} if reactions else {}),
        }

    # --- views ----------------------------------------------------------------------------------------

    def _views_open(self, given: Arguments) -> Answer:
        self._refuse_view(given, "modal")
        self.triggers.use(given.get("trigger_id"))
        return {"view": self._kept_view(given["view"])}

    def _views_update(self, given: Arguments) -> Answer:
        view = self.views.get(str(given.get("view_id")))
        if view is None:
            raise Refused("not_found")
        if given.get("hash") not in (None, "", view["hash"]):
            raise Refused("hash_conflict")
        self._refuse_view(given, "modal")
        view |= given["view"] | {"hash": self._home.stamp()}
        return {"view": view}

    def _views_publish(self, given: Arguments) -> Answer:
        user = str(given.get("user_id"))
        if user not in self._home.people:
            raise Refused("user_not_found")
        self._refuse_view(given, "home")
        standing = self.homes.get(user)
        if given.get("hash") not in (None, "") and (standing is None or given["hash"] != standing["hash"]):
            raise Refused("hash_conflict")
        self.homes[user] = given["view"] | {"id": f"VHOME{user}", "hash": self._home.stamp()}
        return {"view": self.homes[user]}

    def _kept_view(self, view: dict[str, Any]) -> dict[str, Any]:
        id_ = f"V0{len(self.views) + 1}"
        self.views[id_] = view | {"id": id_, "hash": self._home.stamp(), "team_id": self._home.team}
        return self.views[id_]

    def _refuse_view(self, given: Arguments, surface: str) -> None:
        view = given.get("view")
        if not isinstance(view, dict):
            raise Refused("invalid_arguments")
        problems = limits.view_problems(view) if view.get("type") == surface else [f"type must be {surface}"]
        if problems:
            raise Refused(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] {p}" for p in problems]}
            )

    # --- files ----------------------------------------------------------------------------------------

    def _files_getUploadURLExternal(self, given: Arguments) -> Answer:
        if not given.get("filename") or int(given.get("length") or 0) <= 0:
            raise Refused("invalid_arguments")
        id_ = f"F0{len(self.files) + 1}"
        self.files[id_] = {"name": given["filename"], "length": int(given["length"]), "content": None}
        return {"upload_url": f"{self.address}upload/{id_}", "file_id": id_}

    def _files_completeUploadExternal(self, given: Arguments) -> Answer:
        files = given.get("files")
        if not isinstance(files, list) or any(
            self.files.get(f.get("id"), {}).get("content") is None for f in files
        ):
            raise Refused("file_not_found")
        if given.get("channel_id"):
            room = self._home.entered(str(given["channel_id"]))
            shared = [
                {"id": f["id"], "name": self.files[f["id"]]["name"], "title": f.get("title", "")}
                for f in files
            ]
            comment = str(given.get("initial_comment") or "")
            more = {"files": shared, "subtype": "file_share", "bot_id": self._home.bot_id}
            _, told = self._home.post(
                room, self._home.bot, comment, thread=self._thread_of(room, given), **more
            )
            self._home.tell(told)
        return {"files": [{"id": f["id"], "title": f.get("title", "")} for f in files]}

    # --- agents ---------------------------------------------------------------------------------------

    def _agents_sessions_setStatus(self, given: Arguments) -> Answer:
        """A thread's session is made by the first call, whose title it keeps."""
        room = self._home.entered(str(given.get("channel_id", "")))
        thread, title = given.get("thread_ts"), given.get("title", "")
        if given.get("status") not in ("active", "processing", "suspended", "closed"):
            raise Refused("invalid_arguments")
        if not isinstance(title, str) or len(title) > 200:
            raise Refused("invalid_arguments")
        if not isinstance(thread, str) or thread not in room.messages:
            raise Refused("thread_not_found")
        if room.messages[thread].get("thread_ts", thread) != thread:
            raise Refused("invalid_arguments")
        session = self.sessions.setdefault((room.id, thread), {"title": title})
        session["agent_status"] = given["status"]
        self.statuses.append(given)
        deaf = {} if self.hears_stops else {"warning": "missing_agent_session_stopped_event_subscription"}
        return session | deaf


def _shown(message: dict[str, Any], given: Arguments) -> dict[str, Any]:
    hidden = set() if flag(given.get("include_all_metadata")) else {"metadata"}
    shown = {key: value for key, value in message.items() if key not in hidden | {"reactions"}}
    reactions = [
        {"name": n, "users": list(u), "count": len(u)} for n, u in message.get("reactions", {}).items() if u
    ]
    return shown | ({"reactions": reactions} if reactions else {})
