"""One Goalward per database, or many that share it: a lock that PostgreSQL gives back when its connection ends, however
it ends.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from goals.domain.errors import GoalError, StoreUnavailable
from goals.store.engines import reading

_LOCK = 7_115_301_945
_TAKE = text("SELECT pg_try_advisory_lock(:lock)")
_SHARE = text("SELECT pg_try_advisory_lock_shared(:lock)")
# A machine that was switched off is noticed within half a minute, not after the system's two hours.
_NOTICE = ("SET tcp_keepalives_idle = 10", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3")


class Alone:
    """Holds the lock on a connection of its own. Blocking."""

    def __init__(self, url: URL, *, shared: bool = False) -> None:
        """With `shared` others that share it may hold it too.

        Raises GoalError when another process keeps us out, StoreUnavailable when the database is not there.
        """
        self._how = _SHARE if shared else _TAKE
        self._engine = reading(url, connections=1)
        try:
            self._connection = self._taken(url)
        except BaseException:
            self._engine.dispose()
            raise

    def release(self) -> None:
        self._connection.invalidate()
        self._engine.dispose()

    def _taken(self, url: URL) -> Connection:
        try:
            connection = self._engine.connect()
            for each in _NOTICE:
                connection.exec_driver_sql(each)
            if connection.scalar(self._how, {"lock": _LOCK}):
                return connection
        except DatabaseError as error:
            why = str(error.orig).strip().partition("\n")[0].rstrip(".")
            raise StoreUnavailable(f"The store cannot be opened: {why}.") from error
        connection.close()
        raise GoalError(f"The database {url.database} is in use by another Goalward.")
