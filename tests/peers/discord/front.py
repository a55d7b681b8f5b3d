"""The REST API's front door: tokens, bodies, limits on requests, and the trouble that can be made with them."""

from __future__ import annotations

import asyncio
import fnmatch
import json
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from tests.peers.discord.posting import File
from tests.peers.discord.rates import Rates
from tests.peers.discord.rest import OPEN, Call, Rest
from tests.peers.discord.world import Data, Refused

PREFIX = "/api/v10"
OF_ALL = re.compile(r"/interactions/")
"""What does not count towards the limit of all requests."""


@dataclass
class Trouble:
    """What becomes of calls that fit (`POST /channels/*/messages`): `how` is a status, or where the wire is cut.

    `after 502`: it is carried out, and that is answered.
    """

    fits: str
    how: str
    times: int
    body: Data
    seconds: float = 0.0


class Front:
    def __init__(self, rest: Rest, rates: Rates, token: str) -> None:
        self._rest = rest
        self._rates = rates
        self._token = token
        self.calls: list[Call] = []
        """Every call that was carried out or refused, in order; those that trouble met are not among them."""
        self.slow = 0.0
        """Seconds that every call takes."""
        self._trouble: list[Trouble] = []

    def trouble(
        self, fits: str, how: str, times: int, body: Data | None = None, seconds: float = 0.0
    ) -> None:
        self._trouble.append(Trouble(fits, how, times, body or {}, seconds))

    async def called(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        await asyncio.sleep(self.slow)
        trouble = self._next(f"{request.method} {path}")
        if trouble is not None and not trouble.how.startswith("after"):
            return self._troubled(request, trouble.how, trouble)
        answer = await self._carried_out(request, path)
        if trouble is None:
            return answer
        return self._troubled(request, trouble.how.removeprefix("after").strip() or "before", trouble)

    def _next(self, call: str) -> Trouble | None:
        for trouble in self._trouble:
            if trouble.times and fnmatch.fnmatch(call, trouble.fits):
                trouble.times -= 1
                return trouble
        return None

    def _troubled(self, request: web.Request, how: str, trouble: Trouble) -> web.StreamResponse:
        if how == "before":
            return _cut(request)
        status = int(how)
        self._rates.count(status)
        if status == 429:
            return _limited(trouble.seconds, everywhere=bool(trouble.body.get("global")), body=trouble.body)
        if status >= 500:
            return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
        return _json(trouble.body, status)

    async def _carried_out(self, request: web.Request, path: str) -> web.StreamResponse:
        if self._rates.banned:
            return web.Response(status=429, text="error code: 1015", content_type="text/html")
        if not OF_ALL.match(path) and (wait := self._rates.all.take()):
            self._rates.count(429)
            return _limited(wait, everywhere=True)
        try:
            return await self._routed(request, path)
        except Refused as refusal:
            self._rates.count(refusal.status)
            if refusal.status == 429:
                return _limited(float(refusal.body.get("retry_after", 1)), body=refusal.body)
            return _json(refusal.body, refusal.status)

    async def _routed(self, request: web.Request, path: str) -> web.StreamResponse:
        template, route, given = self._rest.find(request.method, path)
        if not OPEN.match(path) and request.headers.get("Authorization") != f"Bot {self._token}":
            raise Refused(401, 0, "401: Unauthorized")
        name = f"{request.method} {template}"
        major = next((given[key] for key in ("channel", "guild", "token") if key in given), "")
        if wait := self._rates.bucket(name, major).take():
            self._rates.count(429)
            return _limited(wait, headers=self._rates.headers(name, major))
        call = await _read(request, path)
        self.calls.append(call)
        headers = self._rates.headers(name, major)
        try:
            answer = route(call, **given)
        except Refused as refusal:
            if refusal.status == 429:
                raise
            self._rates.count(refusal.status)
            return _json(refusal.body, refusal.status, headers)
        return _json(answer, 200, headers) if answer is not None else _empty(headers)


async def _read(request: web.Request, path: str) -> Call:
    call = Call(request.method, path, dict(request.query))
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        call.json, call.files = await _parts(request)
    elif request.can_read_body:
        if kind != "application/json":
            raise Refused(400, 50035, f'Expected "Content-Type" header to be one of application/json: {kind}')
        try:
            call.json = json.loads(await request.read())
        except ValueError:
            raise Refused(400, 50109, "The request body contains invalid JSON.") from None
    return call


async def _parts(request: web.Request) -> tuple[Any, list[File]]:
    said, files = None, []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read(decode=True))
        if part.name == "payload_json":
            said = json.loads(content)
        elif re.fullmatch(r"files\[\d+\]", part.name or "") and part.filename:
            media = part.headers.get("Content-Type", "application/octet-stream")
            files.append((part.filename, media, content))
        else:
            raise Refused(400, 50035, f"Unknown part {part.name}")
    return said, files


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _json(answer: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """`Content-Type` is this exactly: with more in it discord.py reads nothing but a text."""
    told = {"Content-Type": "application/json", "Via": "1.1 google", **(headers or {})}
    return web.Response(body=json.dumps(answer).encode(), status=status, headers=told)


def _empty(headers: dict[str, str]) -> web.Response:
    return web.Response(status=204, headers={"Via": "1.1 google", **headers})


def _limited(
    seconds: float,
    *,
    everywhere: bool = False,
    headers: dict[str, str] | None = None,
    body: Data | None = None,
) -> web.Response:
    told = {"Retry-After": f"{max(1, round(seconds))}", **(headers or {})}
    told["X-RateLimit-Scope"] = "global" if everywhere else "user"
    if everywhere:
        told["X-RateLimit-Global"] = "true"
    said = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    return _json({**said, **(body or {})}, 429, told)
