"""Which message of a platform shows what of a goal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from goals.ports import Posted
from goals.store.database import Database
from goals.store.tables import post

_NEW = insert(post)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["thread_key", "message"],
    set_={"goal_id": _NEW.excluded.goal_id, "subject": _NEW.excluded.subject},
)
_POSTED = select(post).where(post.c.thread_key == bindparam("thread"), post.c.message == bindparam("said"))
_POSTED_IN = (
    select(post)
    .where(
        post.c.message == bindparam("said"),
        post.c.thread_key >= bindparam("first"),
        post.c.thread_key < bindparam("last"),
    )
    .order_by(post.c.id.desc())
    .limit(1)
)
_SHOWS = (
    select(post)
    .where(post.c.goal_id == bindparam("of"), post.c.subject == bindparam("what"))
    .order_by(post.c.id.desc())
    .limit(1)
)


def keep(connection: Connection, posted: Posted) -> None:
    """Remember a message; one that is known shows the new subject from now on."""
    connection.execute(
        _KEEP,
        {
            "goal_id": posted.goal_id,
            "thread_key": posted.thread_key,
            "message": posted.message,
            "subject": posted.subject,
        },
    )


class StoredMessages:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def posted(self, thread_key: str, message: str) -> Posted | None:
        """What a message shows; None when it is not ours."""
        return await self._database.read(
            lambda connection: _first(connection, _POSTED, thread=thread_key, said=message)
        )

    async def posted_in(self, channel_key: str, message: str) -> Posted | None:
        """What a message of a channel shows, in whichever thread it stands; None when it is not ours."""
        first, last = f"{channel_key}:", f"{channel_key};"
        return await self._database.read(
            lambda connection: _first(connection, _POSTED_IN, first=first, last=last, said=message)
        )

    async def message_of(self, goal_id: str, subject: str) -> Posted | None:
        """The latest message that shows a subject of a goal."""
        return await self._database.read(
            lambda connection: _first(connection, _SHOWS, of=goal_id, what=subject)
        )


def _first(connection: Connection, statement: Any, **bound: str) -> Posted | None:
    row = connection.execute(statement, bound).first()
    return None if row is None else _posted(row)


def _posted(row: Row[Any]) -> Posted:
    return Posted(row.goal_id, row.thread_key, row.message, row.subject)
