"""One call over HTTP to one address that was chosen before: no proxies, no cookies, nothing followed."""

from __future__ import annotations

import asyncio
import importlib
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from goals.domain.addresses import IP, Place, literal
from goals.ports import Answer

if TYPE_CHECKING:
    import httpx

OWN_HEADERS = {"User-Agent": "goalward", "Accept": "*/*", "Accept-Encoding": "identity"}
LONGEST_WHY = 200


class Unreached(Exception):
    """Nobody took the call at this address; the message says why."""


class Broken(Exception):
    """There was no whole answer; the message says why."""


class Caller:
    """`tls` says whom to trust; without one, the authorities that browsers trust, and those of this system."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._httpx: Any = None

    async def call(
        self,
        url: str,
        where: Place,
        address: IP,
        headers: Mapping[str, str],
        most: int,
        body: bytes | None = None,
    ) -> Answer:
        """Ask `where` at `address`; its certificate must be that of its name. At most `most` bytes are read.

        With a `body` it is posted there. Raises Unreached, Broken.
        """
        httpx = await self._loaded()
        try:
            request = httpx.Request(
                "GET" if body is None else "POST",
                httpx.URL(url).copy_with(host=str(address)),
                headers={**OWN_HEADERS, **headers, "Host": where.netloc},
                content=body,
                extensions={} if literal(where.host) else {"sni_hostname": where.host},
            )
            async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
                return await _answer(await transport.handle_async_request(request), most)
        except httpx.ConnectError as error:
            raise Unreached(_why(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Broken(_why(error)) from None

    async def _loaded(self) -> Any:
        """The library, which nothing needs before the first call."""
        if self._httpx is None:
            library, self._tls = await asyncio.to_thread(_load, self._tls)
            self._httpx = library
        return self._httpx


def _load(tls: ssl.SSLContext | None) -> tuple[Any, ssl.SSLContext]:
    httpx = importlib.import_module("httpx")
    if tls is None:
        tls = httpx.create_ssl_context(trust_env=False)
        tls.load_default_certs()
    return httpx, tls


async def _answer(response: httpx.Response, most: int) -> Answer:
    try:
        packed = response.headers.get("content-encoding", "identity")
        if packed != "identity":
            raise Broken(f"the answer is packed ({packed[:50]}), which was not asked for")
        body, cut = await _read(response, most)
    finally:
        await response.aclose()
    return Answer(response.status_code, dict(response.headers), body, cut)


async def _read(response: httpx.Response, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False


def _why(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:LONGEST_WHY]
