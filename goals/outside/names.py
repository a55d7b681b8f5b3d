"""Looks up the addresses of a host without holding anybody up: the system's resolver cannot be called off."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread

from goals.domain.addresses import IP, literal

MOST = 16
"""Lookups at a time; each keeps a thread until the resolver gives up."""

Lookup = Callable[[str], Awaitable[Sequence[IP]]]


class Names:
    def __init__(self) -> None:
        self._free = asyncio.Semaphore(MOST)

    async def addresses(self, host: str) -> Sequence[IP]:
        """In the system's order. Raises OSError for a host that nobody knows."""
        if address := literal(host):
            return (address,)
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Sequence[IP]] = loop.create_future()

        def tell(answer: Sequence[IP] | OSError) -> None:
            self._free.release()
            if found.done():
                return
            if isinstance(answer, OSError):
                found.set_exception(answer)
            else:
                found.set_result(answer)

        def look() -> None:
            answer = _looked_up(host)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, answer)

        Thread(target=look, name=f"look up {host}", daemon=True).start()
        return await found


def _looked_up(host: str) -> Sequence[IP] | OSError:
    try:
        infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(ip_address(info[4][0]) for info in infos))
    except OSError as unknown:
        return unknown
    except ValueError as odd:
        return OSError(str(odd))
