"""Sees to it that a worker whose lifeline is over does nothing more, from a thread of its own: the event loop may be
what stands still.

Commands end by the lifeline alone. The loop is told to stop its turns; where it does not say in time that it has, the
process ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress

from goals.work.lifeline import Lifeline

log = logging.getLogger(__name__)

CONFIRM = 5.0
"""Seconds that the loop has for it."""

LONGEST_LOOK = 0.25
EXIT_STATUS = 70


def die() -> None:
    """End this process as it stands."""
    os._exit(EXIT_STATUS)


class Watchdog:
    """Watches over one life of a worker. `over` is called on the loop when it has come to its end."""

    def __init__(
        self,
        line: Lifeline,
        over: Callable[[], None],
        die: Callable[[], None] = die,
        confirm: float = CONFIRM,
    ) -> None:
        self._line = line
        self._over = over
        self._die = die
        self._confirm = confirm
        self._calm = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def calm(self) -> None:
        """Every turn has stopped: there is nothing to watch over any more."""
        self._calm.set()

    def _watch(self) -> None:
        while self._line.holds:
            if self._calm.wait(min(LONGEST_LOOK, max(0.0, self._line.left))):
                return
        self._line.cut()
        log.error("this worker was not heard for too long: its goals may be another's, and its turns stop")
        with suppress(RuntimeError):  # The loop is closed.
            self._loop.call_soon_threadsafe(self._over)
        if not self._calm.wait(self._confirm):
            log.critical("the turns of this worker did not stop: the process ends")
            self._die()
