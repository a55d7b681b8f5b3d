"""PostgreSQL for the tests: one server for a run, a database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers.postgres import end_postgres, new_database, start_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    server = start_postgres()
    yield server
    end_postgres(server)


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    """The URL of a fresh database."""
    return new_database(postgres)
