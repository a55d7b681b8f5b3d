"""Where a platform finds the goals that it shows to somebody beside their threads: on a page, while they type."""

from __future__ import annotations

from typing import Protocol

from goals.board import Board
from goals.domain.values import Goal, Person


class Desk(Protocol):
    """Where the goals are, and who may see them."""

    async def unfinished(
        self, *, channel_key: str = "", thread_key: str = "", owner: str = ""
    ) -> list[Goal]: ...

    async def board(self, channel_key: str) -> Board: ...

    def may(self, person: Person, right: str, channel_key: str) -> bool: ...
