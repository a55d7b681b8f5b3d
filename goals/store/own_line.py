"""A connection to PostgreSQL beside those of the store, in the event loop: for what may wait behind no unit of work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL

from goals.store.engines import POSTGRES_CONNECT

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Rows = list[tuple[Any, ...]]


class NoAnswer(Exception):
    """The database does not answer, or not with what was asked for."""


@contextmanager
def asking() -> Iterator[None]:
    """Raises NoAnswer for what the driver raises."""
    import psycopg  # takes long to load, and most have their store in a file

    try:
        yield
    except (psycopg.Error, OSError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


async def connect(url: URL) -> AsyncConnection[Any]:
    """Each statement is committed by itself. To be used while `asking`."""
    from psycopg import AsyncConnection

    place = url.set(drivername="postgresql").render_as_string(hide_password=False)
    given: dict[str, Any] = dict(POSTGRES_CONNECT)
    return await AsyncConnection.connect(place, autocommit=True, **given)


class OwnLine:
    """Made when it is needed first, and anew when it broke."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._line: AsyncConnection[Any] | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, question: str, given: dict[str, Any]) -> Rows:
        """The rows of the answer; of a statement without any, as many empty ones as it changed.

        Raises NoAnswer.
        """
        with asking():
            async with self._connecting:
                if self._line is None or self._line.closed:
                    self._line = await connect(self._url)
            answer = await self._line.execute(question.encode(), given)
            return await answer.fetchall() if answer.description else [()] * answer.rowcount

    async def hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(NoAnswer), asking():
                await line.close()
