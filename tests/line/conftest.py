"""A house for each test: the whole bot in this process, open for talk in the local channel."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.peers.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(House(tmp_path)) as house:
        yield house


@pytest.fixture
def house_with(tmp_path: Path) -> Callable[..., Any]:
    """A house with settings of its own: `async with house_with(channels={…}) as house`."""
    return lambda **settings: opened(House(tmp_path, **settings))


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[House]:
    await house.open()
    try:
        yield house
    finally:
        await house.close()
