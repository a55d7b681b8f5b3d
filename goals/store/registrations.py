"""What platforms were told of us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from goals.store.database import Database
from goals.store.tables import registration

_OF = select(registration.c.place, registration.c.digest).where(
    registration.c.platform == bindparam("of_platform")
)
_KEEP = insert(registration)
_REPLACE = _KEEP.on_conflict_do_update(
    index_elements=["platform", "place"], set_={"digest": _KEEP.excluded.digest, "at": _KEEP.excluded.at}
)
_FORGET = delete(registration).where(
    registration.c.platform == bindparam("of_platform"), registration.c.place == bindparam("of_place")
)


class StoredRegistrations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def told(self, platform: str) -> dict[str, str]:
        found = await self._database.read(
            lambda connection: connection.execute(_OF, {"of_platform": platform}).all()
        )
        return {str(place): str(digest) for place, digest in found}

    async def keep(self, platform: str, place: str, digest: str, at: datetime) -> None:
        row = {"platform": platform, "place": place, "digest": digest, "at": at}
        await self._database.write(lambda connection: connection.execute(_REPLACE, row) and None)

    async def forget(self, platform: str, place: str) -> None:
        named = {"of_platform": platform, "of_place": place}
        await self._database.write(lambda connection: connection.execute(_FORGET, named) and None)
