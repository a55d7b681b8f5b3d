"""The local channel put together: its port for the bot, its routes for people and programs."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter

from adapters.local.feed import Feed
from adapters.local.port import LocalPort
from adapters.local.router import Accept, ListCommands, router
from goals.ports import Clock, Rooms

PAGE = Path(__file__).parent / "page"
"""The directory of the chat page's files."""


class LocalAdapter:
    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self.feed = Feed()
        self.port = LocalPort(rooms, self.feed, clock)
        self._rooms = rooms
        self._clock = clock

    def router(self, accept: Accept, commands: ListCommands) -> APIRouter:
        return router(self._rooms, self.feed, accept, self._clock, commands)
