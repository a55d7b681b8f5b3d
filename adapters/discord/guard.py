"""Keeps the bot from knocking at closed doors: Discord bans whoever is refused too often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.chat import Gone
from adapters.discord.refusals import Lacks, TokenRefused
from goals.ports import Clock

SHUT = 300.0
"""Seconds for which a channel that refused the bot is left alone, unless something changes there."""
MOST = 5_000

Door = tuple[int, str]
EVERYWHERE: Door = (0, "")


class Guard:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shut: OrderedDict[Door, tuple[Gone, float]] = OrderedDict()

    @contextmanager
    def at(self, place: int, act: str) -> Iterator[None]:
        """What is done in a channel or thread, like `post`. Where it was refused of late, raises that refusal again
        without a call; a permission that is missing shuts that act alone.
        """
        for door in (EVERYWHERE, (place, ""), (place, act)):
            self._check(door)
        try:
            yield
        except Gone as gone:
            self._shut[_door(gone, place, act)] = (gone, self._clock.now().timestamp() + SHUT)
            while len(self._shut) > MOST:
                self._shut.popitem(last=False)
            raise

    def changed(self) -> None:
        """Something changed that may let the bot in again: a permission, a role, a channel, the server."""
        self._shut.clear()

    def _check(self, door: Door) -> None:
        why, until = self._shut.get(door, (None, 0.0))
        if why is not None and self._clock.now().timestamp() < until:
            raise type(why)(str(why))


def _door(gone: Gone, place: int, act: str) -> Door:
    match gone:
        case TokenRefused():
            return EVERYWHERE
        case Lacks():
            return place, act
    return place, ""
