"""Keeps strangers out of the web interface: other sites, other names for this machine, callers without the key."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000
"""Bytes."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ANYWHERE = frozenset({"", "0.0.0.0", "::"})
_OPEN_TO_ALL = frozenset({("GET", "/api/commands"), ("HEAD", "/api/commands")})


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call: `key` is None when no key is needed, `host` is what the server was bound to."""

    key: str | None = field(repr=False)
    host: str = "127.0.0.1"

    def knows(self, host: str) -> bool:
        """Whether a Host header's name is ours. Bound to every address, we also answer to bare addresses."""
        return host in _LOOPBACK or host == self.host or (self.host in _ANYWHERE and _is_address(host))

    def opens(self, offered: str) -> bool:
        return self.key is None or hmac.compare_digest(offered.encode(), self.key.encode())


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    sentence: str

    @property
    def response(self) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse({"error": self.sentence}, self.status, headers)


class Guard:
    """ASGI middleware that lets a request through or answers it with one sentence."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refusal = refusal_of(scope, self._access)
        if refusal:
            return await refusal.response(scope, receive, send)
        offered = _offered_in_address(scope)
        if offered is not None:
            return await self._sign_in(offered, scope, receive, send)
        if _has_body(scope, Headers(scope=scope)):
            body = await whole_body(receive)
            if body is None:
                return await TOO_LARGE.response(scope, receive, send)
            receive = replayed(body, receive)
        await self._app(scope, receive, send)

    async def _sign_in(self, offered: str, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._access.opens(offered):
            return await self._app(scope, receive, _as_unauthorized(send))
        response = RedirectResponse("/", 303)
        if self._access.key is not None:
            response.set_cookie(_cookie_name(scope), offered, httponly=True, samesite="strict")
        await response(scope, receive, send)


def refusal_of(scope: Scope, access: Access) -> Refusal | None:
    """Why a request is not let through by its head alone, or None."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not access.knows(_name(host)):
        return Refusal(403, f"This server does not answer to the name '{host[:100]}'.")
    if not _is_ours(headers.get("origin"), host):
        return Refusal(403, "Requests from other sites are refused.")
    if _needs_key(scope) and not access.opens(_offered(headers, scope)):
        return Refusal(401, "The key is missing or wrong; it stands in the ready line of the server.")
    if _has_body(scope, headers) and _media_type(headers) != "application/json":
        return Refusal(400, "The Content-Type must be application/json.")
    if _length(headers) > LARGEST_BODY:
        return TOO_LARGE
    return None


TOO_LARGE = Refusal(413, f"The body is larger than {LARGEST_BODY:,} bytes.")


def _needs_key(scope: Scope) -> bool:
    path = scope["path"]
    return (path == "/api" or path.startswith("/api/")) and (scope["method"], path) not in _OPEN_TO_ALL


def _offered(headers: Headers, scope: Scope) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme:
        return token.strip() if scheme.lower() == "bearer" else ""
    return cookie_parser(headers.get("cookie", "")).get(_cookie_name(scope), "")


def _cookie_name(scope: Scope) -> str:
    """Browsers share cookies between the ports of a host, so each port has a name of its own."""
    server: tuple[str, Any] = scope.get("server") or ("", 0)
    return f"goalward-{server[1]}"


def _offered_in_address(scope: Scope) -> str | None:
    if scope["path"] != "/" or scope["method"] != "GET":
        return None
    query: bytes = scope["query_string"]
    keys = parse_qs(query.decode("latin-1")).get("key")
    return keys[0] if keys else None


def _name(host: str) -> str:
    """The name in a Host header, without its port and brackets; empty when it cannot be read."""
    if set("@/?#\\") & set(host):
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_ours(origin: str | None, host: str) -> bool:
    return origin is None or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


def _has_body(scope: Scope, headers: Headers) -> bool:
    return scope["method"] not in ("GET", "HEAD", "OPTIONS") and (
        _length(headers) > 0 or "transfer-encoding" in headers
    )


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else LARGEST_BODY + 1


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def whole_body(receive: Receive) -> bytes | None:
    """The request's body, which may be empty; None when it is too large."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


def replayed(body: bytes, receive: Receive) -> Receive:
    pending = [body]

    async def replay() -> Message:
        return {"type": "http.request", "body": pending.pop()} if pending else await receive()

    return replay


def _as_unauthorized(send: Send) -> Send:
    async def unauthorized(message: Message) -> None:
        await send({**message, "status": 401} if message["type"] == "http.response.start" else message)

    return unauthorized
