"""Into which workspaces the app of a platform was installed."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Installations(Protocol):
    """Into which workspaces the app of a platform was installed, by their ids; what belongs to one is sealed: only who
    brings it can read it.
    """

    async def find(self, team: str) -> str | None: ...

    async def keep(self, team: str, sealed: str, at: datetime) -> None:
        """In place of what was kept before."""

    async def remove(self, team: str) -> None:
        """Doing it again changes nothing."""

    async def teams(self) -> list[str]: ...
