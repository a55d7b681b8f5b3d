"""PostgreSQL for the tests: one server for a run, a database for each test. Properties have no time limit per example.

With xdist one more test runs at a time than there are processors.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.peers.postgres import end_postgres, new_database, start_postgres

# Commands get the interpreter itself, where `python3` is a script that looks for one each time.
os.environ["PATH"] = f"{sys.base_prefix}/bin:{os.environ['PATH']}"

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: for a third of its time a test waits, for disks and for processes."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    server = start_postgres()
    yield server
    end_postgres(server)


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    """The URL of a fresh database."""
    return new_database(postgres)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Of a new store, of each kind that there is."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
