"""A cluster of processes on a database of its own, and a web server that they look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cluster import Cluster
from tests.peers.web import Page, serving


@pytest.fixture
async def peer() -> AsyncIterator[Any]:
    async with serving(Page(200)) as there:
        yield there


@pytest.fixture
async def cluster(tmp_path: Path, postgres_url: str, peer: Any) -> AsyncIterator[Cluster]:
    made = Cluster(tmp_path, postgres_url, peer.host)
    try:
        yield made
    finally:
        await asyncio.gather(*(served.close() for served in made.all))
