"""What platforms were told of us: their lists of our commands are written anew only when these have changed."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Registrations(Protocol):
    """Digests of what a platform was told, by the place there; empty: everywhere."""

    async def told(self, platform: str) -> dict[str, str]: ...

    async def keep(self, platform: str, place: str, digest: str, at: datetime) -> None:
        """In place of what was told there before."""

    async def forget(self, platform: str, place: str) -> None:
        """Doing it again changes nothing."""
