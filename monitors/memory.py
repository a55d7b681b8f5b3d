"""How goals are looked at, kept in memory from look to look: reading a goal costs as much as looking at it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from goals.ports import Claim
from monitors.looks import Look

REMEMBERED = 12_000
"""Goals that are kept; each takes about 3 kB."""
GROWTH = 1_000
UNUSED = 250_000
"""Looks after which one that was not used is not looked at any more."""


class Memory:
    """Whoever came first stays, as long as it is looked at: monitors come round and round, and where there are more than
    fit, the one used longest ago is the one that is wanted next. `grown` is called whenever there are GROWTH more than
    ever before: they are there to stay.
    """

    def __init__(
        self, grown: Callable[[], None] = lambda: None, most: int = REMEMBERED, unused: int = UNUSED
    ) -> None:
        self._grown = grown
        self._most = most
        self._unused = unused
        self._known: OrderedDict[str, tuple[int, Look]] = OrderedDict()
        """Each with the number of looks before it was used last, in that order."""
        self._looks = 0
        self._told = 0

    def of(self, claims: Sequence[Claim]) -> dict[str, Look]:
        """By goal, those that still hold; the others are forgotten."""
        self._looks += len(claims)
        taken = ((claim, self._known.pop(claim.goal_id, None)) for claim in claims)
        return {c.goal_id: kept[1] for c, kept in taken if kept and kept[1].goal.version == c.goal_version}

    def keep(self, looks: Mapping[str, Look]) -> None:
        for goal_id, look in looks.items():
            if self._has_room():
                self._known[goal_id] = (self._looks, look)
        if len(self._known) >= self._told + GROWTH:
            self._told = len(self._known)
            self._grown()

    def forget(self, goal_id: str) -> None:
        self._known.pop(goal_id, None)

    def _has_room(self) -> bool:
        if len(self._known) < self._most:
            return True
        oldest, (used, _) = next(iter(self._known.items()))
        if self._looks - used > self._unused:
            del self._known[oldest]
        return len(self._known) < self._most
