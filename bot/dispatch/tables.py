"""The tables that the shared queue of goals needs in the database, as Procrastinate brings them."""

from __future__ import annotations

import psycopg
from procrastinate.schema import SchemaManager

from bot.dispatch.jobs import libpq
from goals.domain.errors import StoreUnavailable

_ALONE = "SELECT pg_advisory_xact_lock(7115301946)"
_IS_THERE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"


def make_tables(url: str) -> bool:
    """Make them where they are missing; whether they were. `url` is the store's. Raises StoreUnavailable."""
    try:
        with psycopg.connect(libpq(url)) as connection:
            connection.execute(_ALONE)
            found = connection.execute(_IS_THERE).fetchone()
            if found is not None and found[0]:
                return False
            connection.execute(SchemaManager.get_schema())
            return True
    except psycopg.Error as error:
        why = str(error).strip().partition("\n")[0].rstrip(".")
        raise StoreUnavailable(f"The tables of the dispatcher cannot be made: {why}.") from error
