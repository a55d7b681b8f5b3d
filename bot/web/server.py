"""Runs the web interface in our own event loop, on a socket that is bound before anybody is told its address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

_GRACE = 2
"""Seconds that open requests get to end in once we stop."""

_MOST_CONNECTIONS = 256
"""For one more, one that has not asked for anything is closed: open ones take file descriptors, with no key needed."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def url_of(bound: socket.socket) -> str:
    """The address people open: `http://127.0.0.1:8080/`."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@asynccontextmanager
async def serving(
    app: ASGIApp, bound: socket.socket, *, end_streams: Callable[[], None]
) -> AsyncIterator[None]:
    """Answer on a socket while the block runs. `end_streams` ends what would stay open for ever."""
    server = _Server(_config(app))
    task = asyncio.create_task(server.serve(sockets=[bound]), name="web server")
    try:
        await _started(server, task)
        yield
    finally:
        end_streams()
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the bot."""
        yield


class _Connection(H11Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            others = (other for other in self.connections if isinstance(other, _Connection))
            silent = (other for other in others if other is not self and other.cycle is None)
            next(silent, self).transport.abort()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Connection,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )


async def _started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the web server ended before it had started")
        await asyncio.sleep(0.005)
