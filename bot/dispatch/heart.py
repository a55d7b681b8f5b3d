"""Shows that a worker lives: every third of its lease, from a thread of its own, by the database's clock.

Each beat renews the lifeline, counted from the moment before it was sent, for two thirds of the lease: it is over before
anybody else may take the worker's goals.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import Any

import psycopg

from bot.dispatch.jobs import connecting, libpq
from goals.work import lifeline
from goals.work.lifeline import Lifeline

log = logging.getLogger(__name__)

SURE = 2 / 3
"""Of the lease."""

# Whoever is late by the database's clock may have been taken for gone.
_BEAT = (
    "UPDATE procrastinate_workers SET last_heartbeat = now() "
    "WHERE id = %s AND last_heartbeat > now() - make_interval(secs => %s) RETURNING id"
)


class Heart:
    """Beats for one life of a worker; `lease` in seconds."""

    def __init__(self, url: str, worker: int, lease: float, line: Lifeline) -> None:
        self._url = libpq(url)
        self._worker = worker
        self._lease = lease
        self._line = line
        self._ended = threading.Event()
        self._renewing = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._thread = threading.Thread(target=self._beat, name=f"heart of worker {worker}", daemon=True)

    @property
    def beats(self) -> bool:
        return self._thread.is_alive()

    def begin(self, since: int) -> None:
        """`since` is a moment of `lifeline.now` before the worker was registered."""
        self._line.renew(since, self._lease * SURE)
        self._thread.start()

    def end(self) -> None:
        """Never beat again."""
        with self._renewing:
            self._ended.set()

    def _beat(self) -> None:
        while not self._ended.wait(self._lease / (3 if self._connection else 12)):
            since = lifeline.now()
            try:
                lives = self._told()
            except psycopg.Error as error:
                log.warning("the database does not hear that this worker lives: %s", error)
                self._hang_up()
                continue
            with self._renewing:
                if not self._ended.is_set():
                    self._line.renew(since, self._lease * SURE) if lives else self._line.cut()
            if not lives:
                break
        self._hang_up()

    def _told(self) -> bool:
        """Whether we still count as alive."""
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, **connecting(self._lease))
        return self._connection.execute(_BEAT, (self._worker, self._lease)).fetchone() is not None

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()
