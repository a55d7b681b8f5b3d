"""Pictures of what monitors have seen, for those who post them."""

from __future__ import annotations

import logging

from goals.clean import Clean
from goals.domain.values import Goal
from goals.ports import Monitors

log = logging.getLogger(__name__)


class Draws:
    """`clean` takes secrets out of the title, which nobody could take out of a picture."""

    def __init__(self, monitors: Monitors, clean: Clean) -> None:
        self._monitors = monitors
        self._clean = clean

    async def draw(self, goal: Goal) -> bytes | None:
        """A goal's past as PNG; None without a reading, and where it cannot be drawn, which the log explains."""
        points = await self._monitors.history(goal.id)
        if not points:
            return None
        from monitors.drawing import drawing  # Hardly ever needed, and never before ready.
        from monitors.plot import png

        title = self._clean(f"{goal.id}: {' '.join(goal.request.objective.split())}")
        try:
            return await png(drawing(goal, points, title))
        except Exception:  # Drawing is a large library's work, and no message waits for it in vain.
            log.exception("what goal %s has seen cannot be drawn", goal.id)
            return None
