"""Drafts: contracts that are written and not started yet, each change with the messages that tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from goals.domain.drafts import Draft, DraftStatus
from goals.domain.errors import StaleGoal
from goals.domain.trail import digest
from goals.domain.values import Person
from goals.ports import Outgoing
from goals.ports.sharing import Signal, Topic
from goals.store import inbox, notes, outbox, trail
from goals.store.codec import dump, load
from goals.store.database import Database
from goals.store.tables import draft as drafts

# Written out rather than bound: only then is the index of wanted drafts used.
_IS_WANTED = drafts.c.status == literal_column("'wanted'")
_IS_OPEN = or_(_IS_WANTED, drafts.c.status == literal_column("'proposed'"))

_NEW = insert(drafts).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
_CHANGE = update(drafts).where(drafts.c.id == bindparam("of"), drafts.c.version == bindparam("known"))
_STATUS = select(drafts.c.status).where(drafts.c.id == bindparam("of"))
_LOAD = select(drafts.c.document).where(drafts.c.id == bindparam("of"))
_WANTED = select(drafts.c.document).where(_IS_WANTED).order_by(drafts.c.at, drafts.c.id)
_PROPOSED = (
    select(drafts.c.document)
    .where(drafts.c.status == "proposed")
    .order_by(drafts.c.at.desc(), drafts.c.id)
    .limit(bindparam("most"))
)
_OF_THREAD = (
    select(drafts.c.document)
    .where(drafts.c.thread_key == bindparam("thread"), _IS_OPEN)
    .order_by(drafts.c.at.desc(), drafts.c.id)
    .limit(1)
)
_OF_GOAL = (
    select(drafts.c.document).where(drafts.c.of_goal == bindparam("of")).order_by(drafts.c.at, drafts.c.id)
)


class StoredDrafts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, draft_id: str) -> Draft | None:
        return _first(await self._drafts(_LOAD, of=draft_id))

    async def record(
        self,
        draft: Draft,
        *,
        at: datetime,
        outgoing: Sequence[Outgoing] = (),
        act: str = "",
        by: Person | None = None,
    ) -> Draft:
        """Store a draft with its messages and its row of the trail in one transaction; return it with its next version.

        `by` is nobody for what Goalward does itself. A draft of version 0 is new. `act` is the key of the inbox row that caused it, marked handled in the
        same transaction. Raises StaleGoal (also when the id of a new one is taken) and AlreadyHandled.
        """

        def work(connection: Connection) -> Draft:
            if act:
                inbox.handle(connection, act, at)
            stored = replace(draft, version=draft.version + 1)
            before = connection.scalar(_STATUS, {"of": draft.id}) or ""
            _write(connection, stored)
            _note(connection, stored, before, by, at)
            outbox.put(connection, outgoing)
            notes.note(connection, Signal(Topic.DRAFT, draft.id, draft.status.value))
            return stored

        return await self._database.write(work)

    async def wanted(self) -> list[Draft]:
        """The drafts that are to be written, oldest first."""
        return await self._drafts(_WANTED)

    async def proposed(self, *, limit: int = 100) -> list[Draft]:
        """The newest that wait for somebody to start them."""
        return await self._drafts(_PROPOSED, most=limit)

    async def of_thread(self, thread_key: str) -> Draft | None:
        """The newest draft of a thread that is neither started nor dropped."""
        return _first(await self._drafts(_OF_THREAD, thread=thread_key))

    async def of_goal(self, goal_id: str) -> list[Draft]:
        """All that a goal's agent ever proposed, oldest first."""
        return await self._drafts(_OF_GOAL, of=goal_id)

    async def _drafts(self, question: Any, **bound: str | int) -> list[Draft]:
        return await self._database.read(
            lambda connection: [load(Draft, document) for document in connection.scalars(question, bound)]
        )


def _note(connection: Connection, draft: Draft, before: str, by: Person | None, at: datetime) -> None:
    """The row of the trail: what was wished for, replied or proposed stands in it as a digest."""
    status = draft.status.value
    what = "Amended" if draft.status is DraftStatus.WANTED and before else status.capitalize()
    words = digest(draft.said[-1] if draft.said else draft.given.objective)
    asked = digest(dump(draft.asked)) if draft.asked else ""
    facts = {"number": draft.number, "words": words, "contract": asked}
    trail.append(connection, f"draft:{draft.id}", what, by, at, before=before, after=status, **facts)


def _write(connection: Connection, draft: Draft) -> None:
    if draft.version == 1:
        fixed = {"id": draft.id, "of_goal": draft.of_goal, "at": draft.at}
        written = connection.execute(_NEW, fixed | _standing(draft))
    else:
        known = {"of": draft.id, "known": draft.version - 1}
        written = connection.execute(_CHANGE, known | _standing(draft))
    if written.rowcount == 0:
        raise StaleGoal(draft.id)


def _standing(draft: Draft) -> dict[str, Any]:
    return {
        "thread_key": draft.origin.thread_key,
        "status": draft.status.value,
        "version": draft.version,
        "document": dump(draft),
    }


def _first(found: Sequence[Draft]) -> Draft | None:
    return found[0] if found else None
