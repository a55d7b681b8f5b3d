"""In which channels goal mode is switched off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from goals.domain.values import Person
from goals.ports import SwitchedOff
from goals.store import trail
from goals.store.database import Database
from goals.store.tables import disabled_channel as disabled

ON, OFF = "enabled", "disabled"

_OFF = select(disabled.c.at, disabled.c.by).where(disabled.c.channel_key == bindparam("channel"))
_DISABLE = (
    insert(disabled)
    .on_conflict_do_nothing(index_elements=["channel_key"])
    .execution_options(preserve_rowcount=True)
)
_ENABLE = delete(disabled).where(disabled.c.channel_key == bindparam("channel"))


class StoredChannels:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def off(self, channel_key: str) -> SwitchedOff | None:
        """Since when, and by whom; None where goal mode is on."""
        found = await self._database.read(
            lambda connection: connection.execute(_OFF, {"channel": channel_key}).first()
        )
        return SwitchedOff(*found) if found else None

    async def switch_off(self, channel_key: str, by: Person, at: datetime) -> None:
        """Doing it again changes nothing."""
        row = {"channel_key": channel_key, "by": by.mention, "at": at}

        def work(connection: Connection) -> None:
            if connection.execute(_DISABLE, row).rowcount:
                trail.append(connection, channel_key, "Disabled", by, at, before=ON, after=OFF)

        await self._database.write(work)

    async def switch_on(self, channel_key: str, by: Person, at: datetime) -> None:
        """Doing it again changes nothing."""

        def work(connection: Connection) -> None:
            if connection.execute(_ENABLE, {"channel": channel_key}).rowcount:
                trail.append(connection, channel_key, "Enabled", by, at, before=OFF, after=ON)

        await self._database.write(work)
