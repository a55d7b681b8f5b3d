"""A connection to PostgreSQL beside those of the store, in the event loop: for what may wait behind no unit of work."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy.engine import URL

from goals.store.engines import POSTGRES_CONNECT

AWAY = (psycopg.Error, OSError)
"""What is raised where the database does not answer."""

Rows = list[tuple[Any, ...]]


async def connect(url: URL) -> psycopg.AsyncConnection[Any]:
    """Each statement is committed by itself. Raises what is in AWAY."""
    place = url.set(drivername="postgresql").render_as_string(hide_password=False)
    given: dict[str, Any] = dict(POSTGRES_CONNECT)
    return await psycopg.AsyncConnection.connect(place, autocommit=True, **given)


class OwnLine:
    """Made when it is needed first, and anew when it broke."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._line: psycopg.AsyncConnection[Any] | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, question: str, given: dict[str, Any]) -> Rows:
        """The rows of the answer; of a statement without any, as many empty ones as it changed.

        Raises what is in AWAY.
        """
        async with self._connecting:
            if self._line is None or self._line.closed:
                self._line = await connect(self._url)
        answer = await self._line.execute(question.encode(), given)
        return await answer.fetchall() if answer.description else [()] * answer.rowcount

    async def hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(*AWAY):
                await line.close()
