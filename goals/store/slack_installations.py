"""The workspaces of Slack into which the app was installed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from goals.store.database import Database
from goals.store.tables import slack_installation as installation

_FIND = select(installation.c.sealed).where(installation.c.team == bindparam("team"))
_KEEP = insert(installation)
_REPLACE = _KEEP.on_conflict_do_update(
    index_elements=["team"], set_={"sealed": _KEEP.excluded.sealed, "at": _KEEP.excluded.at}
)
_REMOVE = delete(installation).where(installation.c.team == bindparam("team"))
_TEAMS = select(installation.c.team).order_by(installation.c.team)


class StoredInstallations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, team: str) -> str | None:
        return await self._database.read(
            lambda connection: connection.execute(_FIND, {"team": team}).scalar_one_or_none()
        )

    async def keep(self, team: str, sealed: str, at: datetime) -> None:
        """In place of what was kept before."""
        row = {"team": team, "sealed": sealed, "at": at}
        await self._database.write(lambda connection: connection.execute(_REPLACE, row) and None)

    async def remove(self, team: str) -> None:
        """Doing it again changes nothing."""
        await self._database.write(lambda connection: connection.execute(_REMOVE, {"team": team}) and None)

    async def teams(self) -> list[str]:
        return await self._database.read(lambda connection: list(connection.execute(_TEAMS).scalars()))
