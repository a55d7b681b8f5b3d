"""Monitors over a real store, whose verifiers find what a test says; time passes as the test puts it ahead."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import EntryPoint
from inspect import isawaitable
from pathlib import Path
from typing import Any, ClassVar, cast

from pydantic import BaseModel

from goals.domain import lifecycle
from goals.domain.change import Change
from goals.domain.values import Goal, Mode, Origin, Verdict, VerifierKind, VerifierSpec
from goals.domain.watching import Watch
from goals.journal import Journal
from goals.plugins import VERIFIERS, Plugins
from goals.ports import CheckContext, Monitors, Runner
from goals.store import Store
from goals.verifiers.data import DataVerifier
from monitors.looks import look_of
from monitors.poller import LONG, PARALLEL, Poller
from monitors.recorder import Recorder
from monitors.sight import Lookout, Sight
from tests.bench.players import Named
from tests.given import goal
from tests.peers.clock import ManualClock

SAID = VerifierSpec("said")
Found = Callable[[str], Awaitable[Verdict]]


def met(value: float | None = None) -> Verdict:
    return Verdict(True, "it is met", value=value)


def unmet(value: float | None = None) -> Verdict:
    return Verdict(False, "it is not met", value=value)


def broken() -> Verdict:
    return Verdict(None, "no answer")


class Standing:
    """All look at one directory."""

    def __init__(self, place: Path) -> None:
        self._place = place

    @asynccontextmanager
    async def at(self, goal: Goal) -> AsyncIterator[Path]:
        yield self._place


class Watchtower:
    """A poller with the verifiers `said`, which finds what `found` gives for a goal's id, and `data`.

    It claims from `monitors`, where they are not the store's own.
    """

    def __init__(
        self,
        store: Store,
        found: Found,
        *,
        clock: ManualClock | None = None,
        parallel: int = PARALLEL,
        long: float = LONG,
        place: Path = Path("/"),
        monitors: Monitors | None = None,
        lookout: Lookout | None = None,
        grown: Callable[[], None] = lambda: None,
    ) -> None:
        self.store = store
        self.clock = clock or ManualClock()
        self.looks: defaultdict[str, int] = defaultdict(int)
        self.news: list[Change] = []
        self._found = found
        self.journal = Journal(store.goals, self.clock)
        self.journal.subscribe(self.news.append)
        self.sight = Sight(self._plugins(), lookout or Standing(place), cast(Runner, None), self.clock, {})
        self.more: Callable[[], None] = lambda: None
        monitors = monitors or store.monitors
        self.recorder = Recorder(monitors, self.clock, store.outbox.put)
        self.poller = Poller(
            monitors,
            store.goals,
            partial(look_of, sight=self.sight),
            self.journal,
            self.recorder,
            self.clock,
            more=lambda: self.more(),
            parallel=parallel,
            long=long,
            grown=grown,
        )

    async def open(self, goal_id: str, *, verifier: VerifierSpec = SAID, **asked: Any) -> Goal:
        """A monitor; keywords of Watch and Request may be mixed."""
        watch = {key: asked.pop(key) for key in list(asked) if key in Watch.__dataclass_fields__}
        now = self.clock.now()
        new = goal(
            id=goal_id,
            mode=Mode.MONITOR,
            watch=Watch(**watch),
            verifiers=(verifier,),
            origin=Origin("local", "demo", f"m-{goal_id}", f"m-{goal_id}"),
            created_at=now,
            queued_at=now,
            version=0,
            **asked,
        )
        return (await self.journal.record(lifecycle.opened(new))).goal

    async def look(self) -> None:
        """Look at what is due now, to the end."""
        await self.poller.round()
        await self.poller.settled()

    async def after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.look()

    async def until(self, condition: Callable[[], Any], *, seconds: float = 60) -> None:
        """Return when the condition holds."""
        async with asyncio.timeout(seconds):
            while True:
                found = condition()
                if await found if isawaitable(found) else found:
                    return
                await asyncio.sleep(0.005)

    async def goal(self, goal_id: str) -> Goal:
        found = await self.store.goals.load(goal_id)
        assert found is not None
        return found

    async def checks(self, goal_ids: Sequence[str]) -> list[int]:
        """How often each was looked at, as it is stored."""
        polled = await self.store.monitors.polled(goal_ids)
        return [polled[goal_id].watched.checks for goal_id in goal_ids]

    def events(self, goal_id: str) -> list[str]:
        """The names of what happened to a goal since it was opened."""
        mine = [change for change in self.news if change.goal.id == goal_id]
        return [type(event).__name__ for change in mine[1:] for event in change.events]

    def _plugins(self) -> Plugins:
        tower = self

        class Said:
            class Settings(BaseModel):
                pass

            kind: ClassVar[VerifierKind] = VerifierKind.OUTSIDE

            def __init__(self, settings: BaseModel) -> None: ...

            async def check(self, context: CheckContext) -> Verdict:
                tower.looks[context.goal.id] += 1
                return await tower._found(context.goal.id)

        groups = {VERIFIERS: [Named("said", Said), Named("data", DataVerifier)]}
        return Plugins(lambda group: cast(list[EntryPoint], groups.get(group, [])))


def in_turn(verdicts: Iterable[Verdict]) -> Found:
    """One after the other."""
    left = iter(verdicts)

    async def found(_: str) -> Verdict:
        return next(left)

    return found


def always(verdict: Verdict) -> Found:
    async def found(_: str) -> Verdict:
        return verdict

    return found
