"""A web server on loopback that answers as it is told: also late, endlessly, in pieces, or not at all."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller wanted; names of headers are in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Page:
    """`length` other than the body's promises what does not come; `drips` sends the body byte by byte without end."""

    status: int = 200
    body: bytes | str = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    hangs: bool = False
    drips: bool = False
    endless: bool = False


@dataclass(slots=True)
class Served:
    """`asked` is all that came in, in order."""

    answer: Callable[[Asked], Page]
    url: str = ""
    host: str = ""
    asked: list[Asked] = field(default_factory=list)
    callers: set[asyncio.Task[None]] = field(default_factory=set)


@asynccontextmanager
async def serving(
    answer: Callable[[Asked], Page] | Mapping[str, Page] | Page,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Served]:
    """`answer` gives the page for what is asked; or pages by path, or one for everything."""
    served = Served(_answering(answer))

    async def caller(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        served.callers.add(task)
        try:
            await _converse(served, reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            served.callers.discard(task)
            writer.close()

    server = await asyncio.start_server(caller, address, port, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    host = f"[{address}]" if ":" in address else address
    served.host = f"{host}:{port}"
    served.url = f"http{'s' if tls else ''}://{served.host}"
    try:
        yield served
    finally:
        server.close()
        for task in list(served.callers):
            task.cancel()
        await asyncio.gather(*served.callers, return_exceptions=True)


def _answering(answer: Callable[[Asked], Page] | Mapping[str, Page] | Page) -> Callable[[Asked], Page]:
    if isinstance(answer, Page):
        return lambda asked: answer
    if isinstance(answer, Mapping):
        return lambda asked: answer.get(asked.path, Page(404, "nothing is here"))
    return answer


async def _converse(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    first = await reader.readexactly(1)
    if not first.isalpha():
        return  # no HTTP: somebody begins with TLS
    asked = _read((first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
    sent = await reader.readexactly(int(asked.headers.get("content-length", 0)))
    asked = replace(asked, body=sent)
    served.asked.append(asked)
    page = served.answer(asked)
    if page.hangs:
        await asyncio.Event().wait()
    body = page.body.encode() if isinstance(page.body, str) else page.body
    length = len(body) if page.length is None else page.length
    lines = [f"HTTP/1.1 {page.status} {_phrase(page.status)}", "Connection: close"]
    lines += [] if page.drips or page.endless else [f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in page.headers.items()]
    writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + body)
    await writer.drain()
    while page.endless or page.drips:
        writer.write(b"x" if page.drips else b"x" * 65_536)
        await writer.drain()
        await asyncio.sleep(0.05 if page.drips else 0)


def _read(head: str) -> Asked:
    first, *lines = head.split("\r\n")
    method, target = first.split()[:2]
    path, _, query = target.partition("?")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Asked(path, dict(parse_qsl(query)), headers, method)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Odd"
