"""Asks over HTTP within bounds: a time for all of it, so many bytes, only hosts and addresses that are allowed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from urllib.parse import urljoin

from goals.domain import addresses
from goals.domain.addresses import IP, Place
from goals.outside.call import Broken, Caller, Unreached
from goals.outside.names import Lookup, Names
from goals.ports import Answer, Get, Post, Silence

MOST_REDIRECTS = 5
MOST_ADDRESSES = 4
"""Addresses of a host that are tried, one after the other."""

REDIRECTS = (301, 302, 303, 307, 308)


class HttpWeb:
    """`lookup` finds the addresses of a host; `tls` says whom to trust, where it is not everybody's authorities."""

    def __init__(self, lookup: Lookup | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._lookup = lookup or Names().addresses
        self._caller = Caller(tls)

    async def ask(self, get: Get | Post) -> Answer | Silence:
        try:
            async with asyncio.timeout(get.timeout):
                return await self._followed(get)
        except TimeoutError:
            return Silence(f"{addresses.shown(get.url)} gave no answer within {get.timeout:g} s")

    async def _followed(self, get: Get | Post) -> Answer | Silence:
        """What stands at the end of all redirects."""
        url = get.url
        for _ in range(MOST_REDIRECTS + 1):
            found = await self._asked(url, get)
            target = _target(found, url) if get.follow and isinstance(found, Answer) else ""
            if not target:
                return found
            url = target
        return Silence(f"{addresses.shown(get.url)} leads on more than {MOST_REDIRECTS} times")

    async def _asked(self, url: str, get: Get | Post) -> Answer | Silence:
        try:
            first, where = addresses.place(get.url), addresses.place(url)
        except ValueError as wrong:
            return Silence(f"{addresses.shown(url)} cannot be asked: {wrong}")
        if refusal := _refusal(first, where, get):
            return Silence(refusal)
        try:
            known = await self._lookup(where.host)
        except OSError as nobody:
            return Silence(f"the host {where.host} was not found: {nobody.strerror or nobody}")
        return await self._reached(url, where, known, get)

    async def _reached(
        self, url: str, where: Place, known: Sequence[IP], get: Get | Post
    ) -> Answer | Silence:
        """What the first address says that takes the call: the very one that was looked at, whatever names say later.

        Our headers are for the first host only.
        """
        headers = get.headers if where == addresses.place(get.url) else {}
        body = get.body if isinstance(get, Post) else None
        why = ""
        for address in known[:MOST_ADDRESSES]:
            if not addresses.opens(get.hosts, where, address):
                why = why or _closed(where, address)
                continue
            try:
                return await self._caller.call(url, where, address, headers, get.most, body)
            except Unreached as nobody:
                why = f"{where.netloc} could not be reached: {nobody}"
            except Broken as off:
                return Silence(f"{addresses.shown(url)} broke off: {off}")
        return Silence(why or f"the host {where.host} has no address")


def _target(found: Answer, url: str) -> str:
    """Where an answer leads on to; nothing for one that stands for itself."""
    to = found.headers.get("location", "")
    return urljoin(url, to).partition("#")[0] if found.status in REDIRECTS and to else ""


def _refusal(first: Place, where: Place, get: Get | Post) -> str:
    """Why a redirect is not followed."""
    if where == first:
        return ""
    if first.scheme == "https" and where.scheme == "http":
        return f"{addresses.shown(get.url)} leads on from https to http, to {where.netloc}"
    if addresses.named(get.hosts, where):
        return ""
    return f"{addresses.shown(get.url)} leads on to {where.netloc}, which `[http] hosts` in the settings does not name"


def _closed(where: Place, address: IP) -> str:
    leads = "is" if str(address) == where.host else f"leads to {address},"
    return (
        f"{where.netloc} {leads} a private address; only `[http] hosts` in the settings can open it,"
        f' with "{where.entry}"'
    )
