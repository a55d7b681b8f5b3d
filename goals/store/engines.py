"""Connections to the two databases: how each is opened so that what is committed stays committed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from goals.clean import Clean
from goals.domain.errors import GoalError
from goals.store.columns import storable

WANTED = "The store must be a SQLite file (sqlite:///…) or PostgreSQL (postgresql+psycopg://…)."
SQLITE_BUSY = 5.0
POSTGRES_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def store_url(url: str, state: Path) -> URL:
    """Where the store is: `url`, or a SQLite file in the state directory when it is empty.

    Raises GoalError for anything else than SQLite files and PostgreSQL by psycopg.
    """
    try:
        place = make_url(url or f"sqlite:///{state / 'goalward.db'}")
    except ArgumentError:
        raise GoalError(WANTED) from None
    if place.drivername in ("sqlite", "sqlite+pysqlite") and place.database not in (None, "", ":memory:"):
        return place
    if place.drivername == "postgresql+psycopg":
        return place
    raise GoalError(WANTED)


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def writing(url: URL, *, connections: int, clean: Clean = str) -> Engine:
    """For units of work that change something; `clean` takes out of all that is written what may not be kept."""
    engine = _writing(url, connections)
    if clean is not str:
        event.listen(engine, "before_cursor_execute", _cleaning(clean), retval=True)
        engine.update_execution_options(clean=clean)
    return engine


def kept(connection: Connection, text: str) -> str:
    """A text as it will stand in the database; the same again for one that is kept already."""
    return storable(_clean(connection)(storable(text)))


def written(connection: Connection, values: list[Any]) -> list[Any]:
    """The values of a statement that goes past SQLAlchemy, cleaned like those of any other."""
    clean = _clean(connection)
    return values if clean is str else [clean(v) if isinstance(v, str) else v for v in values]


def _clean(connection: Connection) -> Clean:
    clean: Clean = connection.get_execution_options().get("clean", str)
    return clean


def _writing(url: URL, connections: int) -> Engine:
    if not is_sqlite(url):
        engine = create_engine(url, pool_size=connections, max_overflow=0, connect_args=POSTGRES_CONNECT)
        event.listen(engine, "connect", _end_when_left_alone)
        return engine
    return _sqlite(url, "journal_mode=WAL", "synchronous=FULL")


def reading(url: URL, *, connections: int) -> Engine:
    """For questions; it cannot change anything."""
    if not is_sqlite(url):
        return create_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            connect_args=POSTGRES_CONNECT,
            isolation_level="AUTOCOMMIT",
        )
    return _sqlite(url, "query_only=ON", pool_size=connections, max_overflow=0)


def make_private(url: URL) -> None:
    """Make the SQLite file, if it is not there, so that only its owner reads it; its side files follow."""
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _sqlite(url: URL, *pragmas: str, **pool: int) -> Engine:
    arguments = {"timeout": SQLITE_BUSY, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, **pool)

    def opened(connection: sqlite3.Connection, _: Any) -> None:
        # Transactions begin when we say so, not when the driver thinks that one is needed.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", opened)
    return engine


def _cleaning(clean: Clean) -> Any:
    def cleaned(_: Any, __: Any, statement: str, values: Any, *more: Any) -> tuple[str, Any]:
        return statement, _each(values, clean)

    return cleaned


def _each(values: Any, clean: Clean) -> Any:
    """The values of a statement, by name or in order, of one row or of many."""
    if isinstance(values, dict):
        return {name: _each(value, clean) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)([_each(value, clean) for value in values])
    return clean(values) if isinstance(values, str) else values


def _end_when_left_alone(connection: Any, _: Any) -> None:
    connection.execute("SET idle_in_transaction_session_timeout = '30s'")
    connection.commit()
