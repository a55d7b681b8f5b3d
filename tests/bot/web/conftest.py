from types import SimpleNamespace

import httpx
import pytest

from adapters.local import PAGE, LocalAdapter
from bot.telemetry import Counted, Measured
from bot.web import goals, health
from bot.web.app import create_app
from bot.web.guard import Access
from goals.domain.values import Status
from goals.store.figures import Figures
from tests.adapters.local.rooms import MemoryRooms, SteadyClock
from tests.bot.web.goals import Desk

KEY = "the-key"


def make_web(access):
    """The whole interface over stand-ins: `came_in` is what was said, `problems` keep it from being ready."""
    adapter = LocalAdapter(MemoryRooms(), SteadyClock())
    web = SimpleNamespace(adapter=adapter, desk=Desk(), came_in=[], problems=[], key=KEY)
    web.figures = Figures({Status.ACTIVE: 3}, {})

    async def accept(inbound):
        web.came_in.append(inbound)

    async def problems():
        return web.problems

    async def measured():
        return Measured(True, Counted(), web.figures)

    web.app = create_app(
        adapter.router(accept, lambda: [{"name": "pause", "usage": "/goal pause"}]),
        goals.router(web.desk),
        health.router(problems, measured),
        access=access,
        page=PAGE,
        clean=str,
    )
    return web


@pytest.fixture
def web():
    return make_web(Access(KEY))


@pytest.fixture
def open_web():
    """An interface that needs no key."""
    return make_web(Access(None))


@pytest.fixture
async def http(web):
    """A caller with the key."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web.app),
        base_url="http://127.0.0.1:8080",
        headers={"Authorization": f"Bearer {KEY}"},
    ) as client:
        yield client


@pytest.fixture
async def stranger(web):
    """A caller without the key."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web.app), base_url="http://127.0.0.1:8080"
    ) as client:
        yield client
