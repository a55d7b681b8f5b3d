"""How a store stands, found out without making or changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from goals.domain.errors import StoreUnavailable
from goals.store.engines import is_sqlite, reading, store_url
from goals.store.schema import HEAD, revision


@dataclass(frozen=True, slots=True)
class Standing:
    """`revision` is the store's, empty where there is no store yet; `newest` is the one this Goalward wants."""

    revision: str
    newest: str


def standing(url: str, state: Path) -> Standing:
    """`url` and `state` as for `open_store`.

    Raises GoalError for a url that is no store, StoreUnavailable when it cannot be reached or read.
    """
    place = store_url(url, state)
    if is_sqlite(place) and not Path(place.database or "").exists():
        return Standing("", HEAD)
    engine = reading(place, connections=1)
    try:
        with engine.connect() as connection:
            return Standing(revision(connection), HEAD)
    except DatabaseError as error:
        raise StoreUnavailable(
            f"The store cannot be read: {str(error.orig).strip().partition(chr(10))[0]}."
        ) from error
    finally:
        engine.dispose()
