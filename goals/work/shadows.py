"""Finds each goal's shadow repository; the ones used last are kept in memory."""

from __future__ import annotations

from pathlib import Path

from goals.work.shadow import Shadow
from goals.work.tree import Size

REMEMBERED = 256


class Shadows:
    def __init__(self, place: Path, largest: Size) -> None:
        self._place = place
        self._largest = largest
        self._known: dict[str, Shadow] = {}

    def of(self, goal_id: str) -> Shadow:
        path = self._place / f"{goal_id}.git"
        shadow = self._known.pop(goal_id, None) or Shadow(path, goal_id, self._largest)
        self._known[goal_id] = shadow
        if len(self._known) > REMEMBERED:
            self._known.pop(next(iter(self._known)))
        return shadow
