"""What came in from people, kept before it is acknowledged and carried out once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from goals.domain.errors import AlreadyHandled
from goals.store.codec import dump_body, load_body
from goals.store.database import Database
from goals.store.tables import inbox

_NEW = insert(inbox).on_conflict_do_nothing(index_elements=["key"]).execution_options(preserve_rowcount=True)
_HANDLED = (
    update(inbox)
    .where(inbox.c.key == bindparam("act"), inbox.c.handled_at.is_(None))
    .values(handled_at=bindparam("when"))
)
_UNHANDLED = select(inbox.c.key, inbox.c.body).where(inbox.c.handled_at.is_(None)).order_by(inbox.c.id)


def handle(connection: Connection, act: str, at: datetime) -> None:
    """Mark an act as carried out. Raises AlreadyHandled when it was, or is unknown."""
    if connection.execute(_HANDLED, {"act": act, "when": at}).rowcount == 0:
        raise AlreadyHandled(act)


class StoredInbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, key: str, body: dict[str, Any], at: datetime) -> bool:
        """Store what came in; False when the key was there before."""
        row = {"key": key, "body": dump_body(body), "at": at, "handled_at": None}
        return await self._database.write(lambda connection: connection.execute(_NEW, row).rowcount > 0)

    async def handled(self, key: str, at: datetime) -> None:
        """Mark it as carried out; doing it again changes nothing."""
        await self._database.write(lambda connection: connection.execute(_HANDLED, {"act": key, "when": at}))

    async def unhandled(self) -> list[tuple[str, dict[str, Any]]]:
        """Keys and bodies of what was not carried out yet, in the order it came."""
        return await self._database.read(
            lambda connection: [(row.key, load_body(row.body)) for row in connection.execute(_UNHANDLED)]
        )
