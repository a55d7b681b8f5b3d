"""The web interface put together: the local channel, goals, health, the page, and the guard in front of it all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.clean import CleanAnswers
from bot.web.guard import Access, Guard
from bot.web.problems import PROBLEMS, tell_problems
from goals.clean import Clean

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def create_app(*routers: APIRouter, access: Access, clean: Clean, page: Path | None = None) -> FastAPI:
    """An app that answers on the routers' paths, cleaned; where there is a `page`, it shows its `index.html` at `/` and
    its files at `/page/`.
    """
    app = FastAPI(title="Goalward", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    for router in routers:
        _take_up(app, router)
    if page is not None:
        app.add_route("/", _index(page))
        app.mount("/page", StaticFiles(directory=page))
    tell_problems(app)
    app.add_middleware(Guard, access=access)
    app.add_middleware(SafeHeaders)
    app.add_middleware(CleanAnswers, clean=clean)
    return app


def _take_up(app: FastAPI, router: APIRouter) -> None:
    """Answer on a router's paths. FastAPI's `include_router` makes each route anew at the first request, for a tenth
    of a second.
    """
    for route in router.routes:
        assert isinstance(route, APIRoute)
        route.responses = PROBLEMS | route.responses
        app.router.routes.append(route)


def _index(page: Path) -> Callable[[Request], Awaitable[FileResponse]]:
    async def index(_: Request) -> FileResponse:
        return FileResponse(page / "index.html")

    return index


class SafeHeaders:
    """ASGI middleware: browsers load nothing from elsewhere into our page and never guess a type."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
