"""A unit of work: a function over a connection, done as a whole or not at all, and the one who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

Work = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """Work with its waiter; without one nobody is told. For what is `urgent` somebody counts the seconds."""

    work: Work
    waiter: asyncio.Future[Any] | None = None
    urgent: bool = False

    @property
    def dropped(self) -> bool:
        """Nobody waits for it any more."""
        return self.waiter is not None and self.waiter.cancelled()


@dataclass(frozen=True, slots=True)
class Outcome:
    unit: Unit
    result: Any = None
    error: BaseException | None = None


def tell(outcomes: Sequence[Outcome]) -> None:
    """Give the waiters their outcomes, in one call per event loop; from any thread."""
    waited = [outcome for outcome in outcomes if outcome.unit.waiter is not None]
    for loop, told in groupby(waited, key=_loop):
        with suppress(RuntimeError):  # The loop is closed, and with it everybody who waited.
            loop.call_soon_threadsafe(_settle, list(told))


def _loop(outcome: Outcome) -> asyncio.AbstractEventLoop:
    assert outcome.unit.waiter is not None
    return outcome.unit.waiter.get_loop()


def _settle(outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        waiter = outcome.unit.waiter
        if waiter is None or waiter.done():
            continue
        if outcome.error is not None:
            waiter.set_exception(outcome.error)
        else:
            waiter.set_result(outcome.result)
