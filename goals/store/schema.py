"""The tables as they must be: made in a new store, brought up to date in an older one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from goals.domain.errors import GoalError, StoreUnavailable
from goals.store.engines import is_sqlite, make_private, store_url
from goals.store.tables import metadata

HEAD = "0001"
"""The newest revision in migrations/versions. Revisions are numbers that grow."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_115_301_944
_VERSIONS = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"


def migrate(url: str, state: Path) -> str:
    """Bring the store to the newest revision and return that. `url` and `state` as for `open_store`.

    Raises GoalError when it was written by a newer Goalward, StoreUnavailable when it cannot be reached.
    """
    place = store_url(url, state)
    if is_sqlite(place):
        make_private(place)
    engine = create_engine(place)
    try:
        with _alone(engine) as connection:
            _bring_up(connection)
    except OperationalError as error:
        raise StoreUnavailable(f"The store cannot be opened: {_first_line(error)}") from error
    finally:
        engine.dispose()
    return HEAD


def revision(connection: Connection) -> str:
    """The store's revision; empty for a store without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def upgrade(connection: Connection) -> None:
    """Run the migrations that the store lacks."""
    from alembic import command  # Takes as long to import as all the rest, and is hardly ever needed.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _bring_up(connection: Connection) -> None:
    found = revision(connection)
    if found > HEAD:
        raise GoalError(
            f"The store was written by a newer Goalward (its revision is {found}, this one knows {HEAD}): "
            "please run that version, or another store."
        )
    if found == "":
        _make(connection)
    elif found < HEAD:
        upgrade(connection)


def _make(connection: Connection) -> None:
    """All tables at once: what the migrations lead to, without running them."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(text(_VERSIONS))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other process of ours migrates beside."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().partition("\n")[0]
