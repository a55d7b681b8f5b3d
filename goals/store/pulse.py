"""A write that means nothing: it shows that the store can be written again when nobody else tries."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, insert

from goals.store.tables import pulse


def beat(connection: Connection) -> None:
    """Put fresh pages into the store."""
    connection.execute(delete(pulse))
    connection.execute(insert(pulse).values(id=1, body=secrets.token_hex(4096)))
