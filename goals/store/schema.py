"""The tables as they must be: made in a new store, brought up to date in an older one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from goals.domain.errors import GoalError, StoreUnavailable
from goals.store import append_only
from goals.store.engines import is_sqlite, make_private, store_url, writing
from goals.store.tables import metadata

HEAD = "0011"
"""The newest revision in migrations/versions. Revisions are numbers that grow."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_115_301_944
_VERSIONS = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"


def migrate(url: str, state: Path) -> str:
    """Bring the store to the newest revision and return that. `url` and `state` as for `open_store`.

    Raises GoalError when it was written by a newer Goalward, StoreUnavailable when it cannot be reached.
    """
    place = store_url(url, state)
    try:
        if is_sqlite(place):
            make_private(place)
        engine = writing(place, connections=1)
        try:
            _bring_up(engine)
        finally:
            engine.dispose()
    except (DatabaseError, OSError) as error:
        raise StoreUnavailable(f"The store cannot be opened: {_first_line(error)}.") from error
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


def _bring_up(engine: Engine) -> None:
    with engine.connect() as connection:
        if revision(connection) == HEAD:
            return
    with _alone(engine) as connection:
        found = revision(connection)
        _refuse_newer(found)
        if found == "":
            _make(connection)
        elif found < HEAD:
            upgrade(connection)


def _refuse_newer(found: str) -> None:
    if found > HEAD:
        raise GoalError(
            f"The store was written by a newer Goalward (its revision is {found}, this one knows {HEAD}): "
            "please run that version, or another store."
        )


def _make(connection: Connection) -> None:
    """All tables at once: what the migrations lead to, without running them."""
    metadata.create_all(connection, checkfirst=False)
    append_only.refuse(connection)
    connection.execute(text(_VERSIONS))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction for all of it, beside which nobody else migrates."""
    with engine.connect() as connection:
        if is_sqlite(engine.url):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection
        connection.commit()


def _first_line(error: DatabaseError | OSError) -> str:
    cause = error.orig if isinstance(error, DatabaseError) else error
    return str(cause).strip().partition("\n")[0].rstrip(".")
