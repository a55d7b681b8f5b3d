"""Socket Mode: a connection of its own per ticket, each payload to one of them, again when it is not acknowledged."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from typing import Any

from aiohttp import WSMsgType, web

MOST = 10
"""So many connections an app may have."""


class Socket:
    """One connection. A deaf one looks alive to whoever only looks at the connection: it answers nothing any more."""

    def __init__(self, wire: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.wire = wire
        self.transport = transport
        self.deaf = False
        self.waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, envelope: dict[str, Any], patience: float) -> dict[str, Any] | None:
        """Send an envelope. Returns what the acknowledgement carried; None when there was none."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = answer
        try:
            async with asyncio.timeout(patience):
                if not self.deaf:
                    await self.wire.send_json(envelope)
                return await answer
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self.waiting.pop(envelope["envelope_id"], None)

    def heard(self, text: str) -> None:
        said = json.loads(text)
        answer = self.waiting.get(said.get("envelope_id", ""))
        if answer and not answer.done():
            answer.set_result(said.get("payload") or {})

    def ended(self) -> None:
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the socket is closed"))


class Sockets:
    def __init__(self) -> None:
        self.open: list[Socket] = []
        self.opened = self.pings = 0
        self.refusing = False
        self.slow = 0.0
        self._tickets: set[str] = set()
        self._turn = itertools.count()

    def ticket(self, address: str) -> str:
        """An address for one connection."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"{address.replace('http', 'ws', 1)}link?ticket={ticket}"

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection to its end."""
        ticket = request.query.get("ticket", "")
        if self.refusing or ticket not in self._tickets or len(self.open) >= MOST:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        await asyncio.sleep(self.slow)
        wire = web.WebSocketResponse(autoping=False)
        await wire.prepare(request)
        socket = Socket(wire, request.transport)
        hello = {
            "type": "hello",
            "num_connections": len(self.open) + 1,
            "connection_info": {"app_id": "A0GOALWARD"},
        }
        await wire.send_json(hello)
        self.open.append(socket)
        self.opened += 1
        try:
            await self._listen(socket)
        finally:
            self.open.remove(socket)
            socket.ended()
        return wire

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.wire:
            if socket.deaf:
                continue
            if message.type is WSMsgType.TEXT:
                socket.heard(message.data)
            elif message.type is WSMsgType.PING:
                self.pings += 1
                await socket.wire.pong(message.data)

    async def deliver(
        self, kind: str, payload: dict[str, Any], patience: float, attempt: int = 0
    ) -> dict[str, Any] | None:
        """Send a payload to one of the connections. Returns what came with the acknowledgement; None without one."""
        if not self.open:
            return None
        socket = self.open[next(self._turn) % len(self.open)]
        envelope: dict[str, Any] = {
            "type": kind,
            "envelope_id": secrets.token_hex(8),
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        return await socket.ask(envelope, patience)

    async def refresh(self) -> None:
        """Ask every connection to come again, as Slack does now and then, and close them."""
        for socket in list(self.open):
            await socket.wire.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}
            )

    def cut_one(self) -> None:
        """Tear the oldest connection off."""
        if self.open and self.open[0].transport is not None:
            self.open[0].transport.abort()

    async def cut(self) -> None:
        """Tear every connection off, without a word."""
        for socket in list(self.open):
            if socket.transport is not None:
                socket.transport.abort()

    def deafen(self, *, number: int = MOST) -> None:
        for socket in self.open[:number]:
            socket.deaf = True
