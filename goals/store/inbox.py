"""What came in from people, kept before it is acknowledged and carried out once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from goals.domain.errors import AlreadyHandled
from goals.ports import Outgoing
from goals.ports.sharing import Signal, Topic
from goals.store import notes, outbox
from goals.store.codec import dump_body, load_body
from goals.store.database import Database
from goals.store.straight import changed
from goals.store.tables import inbox

_NEW = insert(inbox).on_conflict_do_nothing(index_elements=["key"])
_HANDLED = (
    update(inbox)
    .where(inbox.c.key == bindparam("act"), inbox.c.handled_at.is_(None))
    .values(handled_at=bindparam("when"))
)
_UNHANDLED = select(inbox.c.key, inbox.c.body).where(inbox.c.handled_at.is_(None)).order_by(inbox.c.id)


def handle(connection: Connection, act: str, at: datetime) -> None:
    """Mark an act as carried out. Raises AlreadyHandled when it was, or is unknown."""
    if not _mark(connection, act, at):
        raise AlreadyHandled(act)


def _mark(connection: Connection, act: str, at: datetime) -> bool:
    """Whether that is new."""
    return changed(connection, _HANDLED, {"act": act, "when": at}) > 0


class StoredInbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, key: str, body: dict[str, Any], at: datetime) -> bool:
        """Store what came in; False when the key was there before."""
        row = {"key": key, "body": dump_body(body), "at": at, "handled_at": None}

        def work(connection: Connection) -> bool:
            notes.note(connection, Signal(Topic.INBOX))
            return changed(connection, _NEW, row) > 0

        return await self._database.write(work, urgent=True)

    async def handled(self, key: str, at: datetime, follows: Sequence[Outgoing] = ()) -> None:
        """Mark it as carried out and keep what follows, in one transaction; doing it again changes nothing."""

        def work(connection: Connection) -> None:
            _mark(connection, key, at)
            outbox.put(connection, follows)

        await self._database.write(work)

    async def unhandled(self) -> list[tuple[str, dict[str, Any]]]:
        """Keys and bodies of what was not carried out yet, in the order it came."""
        return await self._database.read(
            lambda connection: [(row.key, load_body(row.body)) for row in connection.execute(_UNHANDLED)]
        )
