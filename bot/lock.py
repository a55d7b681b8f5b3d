"""One process per state: an exclusive lock on the state directory, held until the process ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from bot import private
from goals.domain.errors import GoalError

TRIES, PAUSE = 20, 0.01
"""Seconds between two tries."""


class StateInUse(GoalError):
    """Another process drives this state."""


class StateLock:
    """An advisory lock that the kernel gives back when the process ends, however it ends."""

    def __init__(self, state: Path) -> None:
        self._path = state / "lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Raises StateInUse, naming the process that holds it."""
        private.make(self._path.parent)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(file):
            holder = os.read(file, 20).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise StateInUse(f"{self._path.parent} is in use by another Goalward, process {holder}.")
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def holder(state: Path) -> int | None:
    """The process that holds the state's lock, 0 where it has not said which; None when nobody does.

    Nothing is made, and nobody is kept from the lock for longer than `acquire` waits.
    """
    try:
        file = os.open(state / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(file, 20).decode(errors="replace").strip()
        return int(text) if text.isdigit() else 0
    finally:
        os.close(file)
    return None


def _locked(file: int) -> bool:
    """Whether the lock is ours now; somebody who only looks has it for a moment."""
    for _ in range(TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE)
    return False
