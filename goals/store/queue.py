"""Units of work that wait for the threads that store them, first those for which somebody counts the seconds."""

from __future__ import annotations

from collections import deque
from queue import SimpleQueue

from goals.store.unit import Unit


class UnitQueue:
    """Filled from any thread. Emptied unit by unit by many, in groups by one."""

    def __init__(self) -> None:
        self._urgent: deque[Unit] = deque()
        self._others: deque[Unit | None] = deque()
        self._there: SimpleQueue[None] = SimpleQueue()
        """As many as there are units: waiting for one is waiting for a unit."""

    def __len__(self) -> int:
        return self._there.qsize()

    def put(self, unit: Unit) -> None:
        (self._urgent if unit.urgent else self._others).append(unit)
        self._there.put(None)

    def end(self) -> None:
        """Nothing is put after this."""
        self._others.append(None)
        self._there.put(None)

    def next(self) -> Unit | None:
        """Wait for a unit; None when it is over."""
        self._there.get()
        try:
            return self._urgent.popleft()
        except IndexError:
            return self._others.popleft()

    def next_group(self, limit: int) -> list[Unit]:
        """Wait for units: at most so many, urgent ones by themselves; none when it is over."""
        unit = self.next()
        if unit is None:
            return []
        return [unit, *self._more(limit - 1, self._urgent if unit.urgent else self._others)]

    def waiting(self, limit: int) -> list[Unit]:
        """At most so many of those that are there."""
        urgent = self._more(limit, self._urgent)
        return [*urgent, *self._more(limit - len(urgent), self._others)]

    def _more(self, limit: int, units: deque[Unit] | deque[Unit | None]) -> list[Unit]:
        taken: list[Unit] = []
        while len(taken) < limit and units and (unit := units[0]) is not None:
            self._there.get()
            units.popleft()
            taken.append(unit)
        return taken
