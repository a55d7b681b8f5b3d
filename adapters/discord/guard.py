"""Keeps the bot from knocking at closed doors: Discord bans whoever is refused too often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.chat import Gone
from adapters.discord.refusals import TokenRefused
from goals.ports import Clock

SHUT = 300.0
"""Seconds for which a channel that refused the bot is left alone, unless something changes there."""
MOST = 5_000
EVERYWHERE = 0


class Guard:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shut: OrderedDict[int, tuple[Gone, float]] = OrderedDict()

    @contextmanager
    def at(self, place: int) -> Iterator[None]:
        """What is done in a channel or thread. Raises the last refusal again, without a call, where it is shut."""
        self._check(EVERYWHERE)
        self._check(place)
        try:
            yield
        except Gone as gone:
            shut = EVERYWHERE if isinstance(gone, TokenRefused) else place
            self._shut[shut] = (gone, self._clock.now().timestamp() + SHUT)
            while len(self._shut) > MOST:
                self._shut.popitem(last=False)
            raise

    def changed(self) -> None:
        """Something changed that may let the bot in again: a permission, a role, a channel, the server."""
        self._shut.clear()

    def _check(self, place: int) -> None:
        why, until = self._shut.get(place, (None, 0.0))
        if why is not None and self._clock.now().timestamp() < until:
            raise type(why)(str(why))
