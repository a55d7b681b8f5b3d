"""One process per state: an exclusive lock on the state directory, held until the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from goals.domain.errors import GoalError


class StateInUse(GoalError):
    """Another process drives this state."""


class StateLock:
    """An advisory lock that the kernel gives back when the process ends, however it ends."""

    def __init__(self, state: Path) -> None:
        self._path = state / "lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Raises StateInUse, naming the process that holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise StateInUse(
                f"{self._path.parent} is in use by another Goalward, process {holder}."
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def holder(state: Path) -> int | None:
    """The process that holds the state's lock; None when nobody does."""
    lock = StateLock(state)
    if not state.is_dir():
        return None
    try:
        lock.acquire()
    except StateInUse:
        text = (state / "lock").read_text().strip()
        return int(text) if text.isdigit() else 0
    lock.release()
    return None
