"""PostgreSQL for the tests: one server for a run, a database for each test. Properties have no time limit per example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.peers.postgres import end_postgres, new_database, start_postgres

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    server = start_postgres()
    yield server
    end_postgres(server)


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    """The URL of a fresh database."""
    return new_database(postgres)
