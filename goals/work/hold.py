"""A goal's workspace is worked in by one process at a time, of those that see its disk."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

log = logging.getLogger(__name__)

AGAIN = 0.1


class Holds:
    """Locks that the kernel gives back when their process ends, however it ends.

    Whoever has waited `patience` seconds goes on without: a process that stands still holds its lock for ever, and its
    commands have ended by then.
    """

    def __init__(self, state: Path, patience: float) -> None:
        self._place = state / "holds"
        self._patience = patience

    @asynccontextmanager
    async def of(self, goal_id: str) -> AsyncIterator[None]:
        file = await asyncio.to_thread(self._open, goal_id)
        try:
            await self._locked(file, goal_id)
            yield
        finally:
            os.close(file)

    def _open(self, goal_id: str) -> int:
        self._place.mkdir(parents=True, exist_ok=True)
        return os.open(self._place / goal_id, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    async def _locked(self, file: int, goal_id: str) -> None:
        for _ in range(int(self._patience / AGAIN)):
            if _taken(file):
                return
            await asyncio.sleep(AGAIN)
        log.warning("goal %s goes on although another process still holds its workspace", goal_id)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
