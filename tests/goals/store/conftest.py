"""The store under test, on both databases; tests ask for `store` or, to open it themselves, for `url`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from goals.store import Store, open_store


@pytest.fixture
def url(store_url: str) -> str:
    return store_url


@pytest.fixture
async def store(url: str, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(url, tmp_path)
    yield opened
    await opened.close()
