"""Notices when nobody does a part of the work any more, and when somebody does again: the log says so once, and the cards
of the goals that rely on it are painted with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.ground import Ground
from bot.roles import DOES, Role, way_out
from goals.domain.errors import StoreUnavailable
from goals.domain.parts import Absent, Part
from goals.domain.values import Mode, Status
from goals.due import relies_on
from goals.journal import card_edit
from goals.ports import Clock, Goals, Outgoing
from goals.store.attendance import StoredAttendance

log = logging.getLogger(__name__)

LOOKS = 3
"""So often it is looked within the time after which a process that is not seen is gone."""
PATIENCE = 5
"""So many of these times may pass between the end of a process and the start of the next."""
MOST = 1_000
"""Cards that are painted at once, those of the newest goals; the others say it when they are painted anyhow."""

RELYING = {
    Part.WATCH: ((Mode.DRIVE, (Status.WAITING,)), (Mode.MONITOR, (Status.ACTIVE,))),
    Part.DRIVE: ((Mode.DRIVE, (Status.QUEUED, Status.ACTIVE)),),
}
"""The goals among which those are that rely on a part."""


class Missed:
    """Since when each part is missed, by the looks so far. Pure."""

    def __init__(self) -> None:
        self._since: dict[Part, tuple[datetime, float]] = {}

    def look(self, processes: Mapping[Part, int], now: datetime, at: float) -> None:
        """How many processes do each part `now`; `at` is the same moment in monotonic seconds."""
        missing = [part for part in Part if not processes[part]]
        self._since = {part: self._since.get(part, (now, at)) for part in missing}

    def longer_than(self, seconds: float, at: float) -> dict[Part, datetime]:
        """Those that are missed for so many seconds, and since when."""
        return {part: since for part, (since, begun) in self._since.items() if at - begun >= seconds}


class Attending:
    """`lease` are the seconds after which a process that is not seen is gone. Of several gateways one tells; where there
    is no gateway, any process does.
    """

    def __init__(
        self,
        attendance: StoredAttendance,
        goals: Goals,
        clock: Clock,
        role: Role,
        lease: float,
        told: Callable[[], None],
    ) -> None:
        self._attendance = attendance
        self._goals = goals
        self._clock = clock
        self._role = role
        self._lease = lease
        self._told = told
        self._missed = Missed()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._clock.sleep(self._lease / LOOKS)
            try:
                await self.look()
            except StoreUnavailable as away:
                log.warning("who else is up is not known: %s", away)

    async def look(self) -> None:
        """Raises StoreUnavailable."""
        at = self._clock.monotonic()
        found = await self._attendance.look()
        self._missed.look(found.processes, self._clock.now(), at)
        if self._role.does(Part.TALK) or not found.processes[Part.TALK]:
            await self._begin(self._missed.longer_than(PATIENCE * self._lease, at), found.absent)
            await self._end(part for part in found.absent if found.processes[part])

    async def _begin(self, missed: Absent, known: Absent) -> None:
        for part, since in missed.items():
            if part not in known and await self._attendance.begin(part, since, await self._cards(part)):
                log.warning("no process %s: %s", DOES[part], way_out(part))
                self._told()

    async def _end(self, parts: Iterable[Part]) -> None:
        for part in parts:
            if await self._attendance.end(part, await self._cards(part)):
                log.warning("a process %s again", DOES[part])
                self._told()

    async def _cards(self, part: Part) -> list[Outgoing]:
        """What brings the cards up to date of the goals that rely on a part."""
        found = [
            goal
            for mode, statuses in RELYING.get(part, ())
            for goal in await self._goals.find(statuses=statuses, mode=mode, limit=MOST)
            if relies_on(goal) is part
        ]
        return [card_edit(goal) for goal in found[:MOST]]


def attending(on: Ground, told: Callable[[], None]) -> Attending | None:
    """None where one process has the store to itself."""
    attendance = on.store.attendance
    if attendance is None:
        return None
    return Attending(attendance, on.store.goals, on.clock, on.role, on.settings.workers.lease, told)
