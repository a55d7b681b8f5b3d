"""Looks at what is due: claims it from the store while there is room, many at once, each held up by nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import takewhile
from typing import Protocol, TypeVar

from goals.domain import lifecycle
from goals.domain.errors import NotNow, StaleGoal, StoreUnavailable
from goals.domain.facts import Fact
from goals.domain.values import Goal
from goals.journal import Journal, card_edit
from goals.ports import Claim, Clock, Kept, Monitors
from monitors.looks import Look, Quiet
from monitors.memory import Memory
from monitors.recorder import Recorder

log = logging.getLogger(__name__)

PARALLEL = 256
"""Looks at once, without those that take long."""
LONG = 3.0
"""Seconds after which a look keeps nobody else's place."""
MOST = 1_024
"""Looks at once, with those that take long."""
LEAST = 64
"""Places that must be free before more is claimed, so that few transactions claim much."""
SLICE = 8
"""How many are begun before others have the event loop again."""

T = TypeVar("T")


async def slices(many: Sequence[T]) -> AsyncIterator[T]:
    """Each of them, with room for others in between."""
    for number, one in enumerate(many, start=1):
        yield one
        if number % SLICE == 0:
            await asyncio.sleep(0)


class PolledGoals(Protocol):
    async def several(self, goal_ids: Sequence[str]) -> list[Goal]: ...


class Poller:
    """`look_of` says how a goal is looked at; `more` is called when there is room again for what was left.

    `looked` is told of each look: the goal, by how many seconds it began late, and how many it took. `grown` is called
    when much more is kept in memory than before.
    """

    def __init__(
        self,
        monitors: Monitors,
        goals: PolledGoals,
        look_of: Callable[[Goal], Look | None],
        journal: Journal,
        recorder: Recorder,
        clock: Clock,
        *,
        more: Callable[[], None] = lambda: None,
        looked: Callable[[Goal, float, float], None] = lambda goal, late, seconds: None,
        grown: Callable[[], None] = lambda: None,
        parallel: int = PARALLEL,
        long: float = LONG,
    ) -> None:
        self._monitors = monitors
        self._goals = goals
        self._look_of = look_of
        self._journal = journal
        self._recorder = recorder
        self._clock = clock
        self._more = more
        self._looked = looked
        self._parallel = parallel
        self._long = long
        self._looking: dict[asyncio.Task[None], float] = {}
        self._known = Memory(grown)
        self._left = False
        self._over = False

    async def round(self) -> None:
        """Begin to look at what is due, as far as there is room. Raises StoreUnavailable."""
        while not self._over and (room := self._room()) >= min(LEAST, self._parallel):
            claims = await self._monitors.claim(self._clock.now(), room)
            await self._begin(claims)
            self._left = len(claims) == room
            if not self._left:
                return

    async def settled(self) -> None:
        """Return when nothing is looked at, and all is stored."""
        while self._looking:
            await asyncio.wait(self._looking)
        await self._recorder.settled()

    async def drain(self, grace: float) -> None:
        """Let looks under way end for up to `grace` seconds; the others are due again at once, for whoever looks."""
        self._over = True
        if self._looking:
            _, late = await asyncio.wait(self._looking, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=grace)
        await self._recorder.settled()

    def _room(self) -> int:
        """How many more may be begun; they stand in the order in which they were."""
        late = self._clock.monotonic() - self._long
        hanging = sum(1 for _ in takewhile(lambda begun: begun <= late, self._looking.values()))
        return min(self._parallel + hanging, MOST) - len(self._looking)

    async def _begin(self, claims: Sequence[Claim]) -> None:
        looks = await self._looks(claims)
        async for claim in slices(claims):
            look = looks.get(claim.goal_id)
            task = asyncio.create_task(self._settle(claim, look), name=f"look at {claim.goal_id}")
            self._looking[task] = self._clock.monotonic()
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._looking[task]
        if not self._looking:
            self._recorder.hurry()
        if self._left and self._room() >= LEAST:
            self._left = False
            self._more()

    async def _looks(self, claims: Sequence[Claim]) -> dict[str, Look]:
        """How each of the goals is looked at, as it stands now; those that are kept in memory are not read again."""
        looks = self._known.of(claims)
        missing = [claim.goal_id for claim in claims if claim.goal_id not in looks]
        found = await self._goals.several(missing) if missing else []
        async for goal in slices(found):
            if look := self._look_of(goal):
                looks[goal.id] = look
        self._known.keep(looks)
        return looks

    async def _settle(self, claim: Claim, look: Look | None) -> None:
        try:
            if look is None:
                await self._monitors.forget(claim.goal_id, claim.slot)
            else:
                await self._tell_of(look, claim, await self._taken(look, claim))
        except asyncio.CancelledError:
            self._again(claim)
            raise
        except StoreUnavailable as away:
            log.warning("goal %s is looked at again later: %s", claim.goal_id, away)
        except Exception:  # a defect of ours: it is looked at again when the claim is over
            log.exception("goal %s cannot be looked at", claim.goal_id)

    async def _taken(self, look: Look, claim: Claim) -> Quiet | Fact:
        late, begun = (self._clock.now() - claim.slot).total_seconds(), self._clock.monotonic()
        found = await look.take(claim)
        self._looked(look.goal, late, self._clock.monotonic() - begun)
        return found

    async def _tell_of(self, look: Look, claim: Claim, found: Quiet | Fact) -> None:
        if isinstance(found, Quiet):
            self._recorder.add(found.kept, card_edit(look.goal) if found.repaint else None)
            return
        try:
            await self._journal.record(lifecycle.apply(look.goal, found))
        except (StaleGoal, NotNow):
            self._known.forget(claim.goal_id)
            self._again(claim)

    def _again(self, claim: Claim) -> None:
        """Make it due as it was: what was found does not count."""
        self._recorder.add(Kept(claim.goal_id, claim.slot, claim.slot, claim.watched))
