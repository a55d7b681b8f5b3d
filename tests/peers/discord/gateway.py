"""The gateway: sessions that hear what their intents ask for, live through a lost connection, and want a pulse."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.peers.discord.world import Data, World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 0, 1, 2, 3, 6, 7
ASK_MEMBERS, INVALID, HELLO, ACK = 8, 9, 10, 11

UNKNOWN_OP, NOT_JSON, NOT_KNOWN, BAD_TOKEN, TWICE, BAD_SEQ = 4001, 4002, 4003, 4004, 4005, 4007
TOO_FAST, TIMED_OUT, BAD_VERSION, BAD_INTENTS, NOT_ALLOWED = 4008, 4009, 4012, 4013, 4014

GUILDS, MEMBERS, PRESENCES, GUILD_MESSAGES, GUILD_REACTIONS = 1, 1 << 1, 1 << 8, 1 << 9, 1 << 10
DM_MESSAGES, DM_REACTIONS, CONTENT = 1 << 12, 1 << 13, 1 << 15
PRIVILEGED = MEMBERS | PRESENCES | CONTENT
KNOWN = (1 << 26) - 1

MOST_SENT, WITHIN = 120, 60.0
"""What a connection may send: more, and it is closed."""
LATE = 3.0
"""After so many intervals without a heartbeat a connection is closed."""


@dataclass
class Session:
    id: str
    intents: int
    seq: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)
    wire: Wire | None = None


@dataclass
class Wire:
    """One connection. A mute one looks alive, but nothing is sent to it and no heartbeat is acknowledged."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    packed: zlib._Compress | None
    heard: float = field(default_factory=time.monotonic)
    sent: list[float] = field(default_factory=list)
    mute: bool = False
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def send(self, text: str) -> None:
        if self.mute or self.socket.closed:
            return
        try:
            if self.packed is None:
                return await self.socket.send_str(text)
            data = self.packed.compress(text.encode()) + self.packed.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)
        except ConnectionError:
            pass


class Gateway:
    """`beat`: seconds between heartbeats. `allowed`: the privileged intents that are switched on for the app."""

    def __init__(self, world: World, token: str, beat: float) -> None:
        self._world = world
        self._token = token
        self.beat = beat
        self.allowed = 0
        self.address = ""
        self.wires: list[Wire] = []
        self.sessions: dict[str, Session] = {}
        self.identified = self.resumed = self.beats = 0
        self.gaps: list[float] = []
        """Seconds between heartbeats of a connection, as they came."""
        self.closed: list[int] = []
        """With which codes connections were closed by us."""
        self.presence: Data = {}
        self.refusing = self.withholding = False
        """New connections are refused; heartbeats are not acknowledged."""

    # --- a connection ---------------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection to its end."""
        if self.refusing:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        packed = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        wire = Wire(socket, request.transport, packed)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            await self._close(wire, BAD_VERSION)
            return socket
        self.wires.append(wire)
        await wire.send(_said(HELLO, {"heartbeat_interval": int(self.beat * 1000)}))
        tasks = [asyncio.create_task(work, name="a gateway's connection") for work in self._works(wire)]
        try:
            await self._listen(wire)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.wires.remove(wire)
            for session in self.sessions.values():
                if session.wire is wire:
                    session.wire = None
        return socket

    def _works(self, wire: Wire) -> tuple[Any, Any]:
        return self._pump(wire), self._watch(wire)

    async def _pump(self, wire: Wire) -> None:
        while True:
            await wire.send(await wire.outbox.get())

    async def _watch(self, wire: Wire) -> None:
        """Close a connection whose heart does not beat."""
        patience = LATE * self.beat + 2
        while True:
            left = wire.heard + patience - time.monotonic()
            if left <= 0:
                return await self._close(wire, TIMED_OUT)
            await asyncio.sleep(left)

    async def _listen(self, wire: Wire) -> None:
        async for message in wire.socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                continue
            try:
                said = json.loads(message.data)
                op, data = said["op"], said.get("d")
            except (ValueError, KeyError, TypeError):
                await self._close(wire, NOT_JSON)
                return
            if self._is_too_fast(wire):
                await self._close(wire, TOO_FAST)
                return
            await self._heard(wire, op, data)

    def _is_too_fast(self, wire: Wire) -> bool:
        now = time.monotonic()
        wire.sent = [*(at for at in wire.sent if at > now - WITHIN), now]
        return len(wire.sent) > max(MOST_SENT, int(WITHIN / self.beat * 2))

    async def _heard(self, wire: Wire, op: int, data: Any) -> None:
        session = self._of(wire)
        match op:
            case 1:
                await self._beaten(wire)
            case 2 if session is not None:
                await self._close(wire, TWICE)
            case 2:
                await self._identify(wire, data)
            case 6:
                await self._resume(wire, data)
            case _ if session is None:
                await self._close(wire, NOT_KNOWN)
            case 3:
                self.presence = data
            case 8:
                chunk = {"guild_id": self._world.guild, "members": [], "chunk_index": 0, "chunk_count": 1}
                self._tell(session, "GUILD_MEMBERS_CHUNK", {**chunk, "nonce": data.get("nonce")})
            case 4:
                pass
            case _:
                await self._close(wire, UNKNOWN_OP)

    async def _beaten(self, wire: Wire) -> None:
        now = time.monotonic()
        self.beats += 1
        self.gaps.append(now - wire.heard)
        wire.heard = now
        if not self.withholding:
            await wire.send(_said(ACK, None))

    async def _identify(self, wire: Wire, data: Data) -> None:
        if data.get("token") != self._token:
            return await self._close(wire, BAD_TOKEN)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            return await self._close(wire, BAD_INTENTS)
        if intents & PRIVILEGED & ~self.allowed:
            return await self._close(wire, NOT_ALLOWED)
        self.identified += 1
        self.presence = data.get("presence") or {}
        session = Session(secrets.token_hex(16), intents, wire=wire)
        self.sessions[session.id] = session
        self._tell(session, "READY", self._ready(session))
        if intents & GUILDS and self._world.there:
            self._tell(session, "GUILD_CREATE", self._world.guild_shown())

    def _ready(self, session: Session) -> Data:
        guilds = [{"id": self._world.guild, "unavailable": True}] if self._world.there else []
        return {
            "v": 10,
            "user": {**self._world.people[self._world.bot].user(), "verified": True, "mfa_enabled": False},
            "guilds": guilds,
            "private_channels": [],
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "application": {"id": self._world.app, "flags": 0},
            "session_type": "normal",
        }

    async def _resume(self, wire: Wire, data: Data) -> None:
        session = self.sessions.get(str(data.get("session_id")))
        if data.get("token") != self._token:
            return await self._close(wire, BAD_TOKEN)
        if session is None:
            return await wire.send(_said(INVALID, False))
        seq = int(data.get("seq") or 0)
        if seq > session.seq:
            return await self._close(wire, BAD_SEQ)
        self.resumed += 1
        session.wire = wire
        for number, text in session.kept:
            if number > seq:
                wire.outbox.put_nowait(text)
        self._tell(session, "RESUMED", {})

    async def _close(self, wire: Wire, code: int) -> None:
        self.closed.append(code)
        await wire.socket.close(code=code)

    def _of(self, wire: Wire) -> Session | None:
        return next((each for each in self.sessions.values() if each.wire is wire), None)

    # --- what is told ---------------------------------------------------------------------------------

    def tell(self, event: str, data: Data) -> None:
        """Tell every session that asked to hear of it, also those that have no connection at this time."""
        for session in self.sessions.values():
            if self._hears(session, event, data):
                self._tell(session, event, data)

    def _hears(self, session: Session, event: str, data: Data) -> bool:
        direct = "guild_id" not in data
        if event == "INTERACTION_CREATE":
            return True
        if event.startswith("MESSAGE_REACTION"):
            return bool(session.intents & (DM_REACTIONS if direct else GUILD_REACTIONS))
        if event.startswith("MESSAGE_"):
            return bool(session.intents & (DM_MESSAGES if direct else GUILD_MESSAGES))
        return bool(session.intents & GUILDS)

    def _tell(self, session: Session, event: str, data: Data) -> None:
        session.seq += 1
        told = _without_content(data) if self._hides(session, event, data) else data
        text = json.dumps({"op": DISPATCH, "t": event, "s": session.seq, "d": told})
        session.kept.append((session.seq, text))
        if session.wire is not None:
            session.wire.outbox.put_nowait(text)

    def _hides(self, session: Session, event: str, data: Data) -> bool:
        """Whether contents are kept from a session that has not asked for the intent, though the app has it."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & CONTENT:
            return False
        named = any(user["id"] == self._world.bot for user in data["mentions"])
        return not (data["author"]["id"] == self._world.bot or "guild_id" not in data or named)

    # --- trouble --------------------------------------------------------------------------------------

    def cut(self) -> None:
        """Tear every connection off, without a word."""
        for wire in list(self.wires):
            if wire.transport is not None:
                wire.transport.abort()

    async def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        for wire in list(self.wires):
            await self._close(wire, code)

    async def reconnect(self) -> None:
        """Ask every connection to come again, as Discord does now and then."""
        for wire in list(self.wires):
            await wire.send(_said(RECONNECT, None))

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Say that the session is not valid."""
        if not resumable:
            self.forget()
        for wire in list(self.wires):
            await wire.send(_said(INVALID, resumable))

    def forget(self) -> None:
        """No session can be resumed any more."""
        self.sessions.clear()

    def silence(self) -> None:
        """The connections there are look alive from now on, but nothing comes from them."""
        for wire in self.wires:
            wire.mute = True


def _said(op: int, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


def _without_content(message: Data) -> Data:
    return {**message, "content": "", "embeds": [], "attachments": [], "components": []}
