"""Edits of a channel, one after the other; of those of one message that wait, only the newest is carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary


class Edits:
    def __init__(self) -> None:
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._newest: dict[str, object] = {}

    async def newest(self, place: int, message: str, edit: Callable[[], Awaitable[None]]) -> None:
        """Carry an edit out in its turn, unless a newer one of the same message has come meanwhile."""
        ticket = self._newest[message] = object()
        turn = self._turns.setdefault(place, asyncio.Lock())
        async with turn:
            if self._newest.get(message) is not ticket:
                return
            del self._newest[message]
            await edit()
