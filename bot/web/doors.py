"""Doors of platforms in the web interface: paths at which a platform calls us, which proves by itself who it is."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.guard import TOO_LARGE, replayed, whole_body


class Doors:
    """ASGI app before another: what comes to a door's path is let in there, with neither key nor host asked for."""

    def __init__(self, app: ASGIApp, doors: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._doors.get(scope.get("path", "")) if scope["type"] == "http" else None
        if door is None:
            return await self._app(scope, receive, send)
        body = await whole_body(receive)
        if body is None:
            return await TOO_LARGE.response(scope, receive, send)
        await door(scope, replayed(body, receive), _only_what_it_says(send))


def _only_what_it_says(send: Send) -> Send:
    """Browsers neither keep nor interpret what is answered at a door."""

    async def bare(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                *message.get("headers", []),
                (b"x-content-type-options", b"nosniff"),
                (b"cache-control", b"no-store"),
            ]
            message = {**message, "headers": headers}
        await send(message)

    return bare
