"""The store as others hold it: what is kept, by kind, and whether it can be written now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from goals.clean import Clean
from goals.store.alone import Alone
from goals.store.channels import StoredChannels
from goals.store.database import Database, open_database
from goals.store.drafts import StoredDrafts
from goals.store.engines import is_sqlite, store_url
from goals.store.figures import StoredFigures
from goals.store.goals import StoredGoals
from goals.store.history import StoredHistory
from goals.store.hooks import StoredHooks
from goals.store.inbox import StoredInbox
from goals.store.ledger import StoredLedger
from goals.store.messages import StoredMessages
from goals.store.monitors import StoredMonitors
from goals.store.outbox import StoredOutbox
from goals.store.rooms import StoredRooms
from goals.store.schema import migrate
from goals.store.slack_installations import StoredInstallations
from goals.store.steps import StoredSteps
from goals.store.trouble import Trouble


class Store:
    """All of it over one database; `alone` is the lock that keeps other processes out, where there is one."""

    def __init__(self, database: Database, alone: Alone | None = None) -> None:
        self.database = database
        self._alone = alone
        self.goals = StoredGoals(database)
        self.steps = StoredSteps(database)
        self.history = StoredHistory(database)
        self.outbox = StoredOutbox(database)
        self.hooks = StoredHooks(database)
        self.inbox = StoredInbox(database)
        self.messages = StoredMessages(database)
        self.rooms = StoredRooms(database)
        self.ledger = StoredLedger(database)
        self.channels = StoredChannels(database)
        self.slack_installations = StoredInstallations(database)
        self.drafts = StoredDrafts(database)
        self.monitors = StoredMonitors(database)
        self.figures = StoredFigures(database)

    @property
    def trouble(self) -> Trouble | None:
        """Why writes wait now; None when they do not."""
        return self.database.watch.trouble

    def on_trouble(self, told: Callable[[Trouble | None], None]) -> None:
        """Call `told` on the event loop at each begin of trouble, and with None at its end."""
        self.database.watch.subscribe(told)

    async def close(self) -> None:
        """Finish what was asked for and let go of the database."""
        await self.database.close()
        if self._alone is not None:
            await asyncio.to_thread(self._alone.release)


async def open_store(url: str, state: Path, *, alone: bool = False, clean: Clean = str) -> Store:
    """Open the store, made or brought up to date first. `url` empty: a SQLite file in `state`.

    With `alone` a PostgreSQL database is kept from every other process that asks for it alone; a SQLite file
    is kept by the lock on its state directory. `clean` takes out of all texts what may not be kept. Raises GoalError for a url that is no store, one that another
    process keeps, or a store written by a newer Goalward; StoreUnavailable, with a sentence, when it cannot
    be reached.
    """
    place = store_url(url, state)
    lock = await asyncio.to_thread(Alone, place) if alone and not is_sqlite(place) else None
    try:
        await asyncio.to_thread(migrate, url, state)
    except BaseException:
        if lock is not None:
            await asyncio.to_thread(lock.release)
        raise
    return Store(open_database(place, clean), lock)
