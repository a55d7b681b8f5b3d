"""What watches: the tick, the poller and where monitors look. Nothing of it runs before there is something to watch."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.ground import Ground
from bot.outside import outside
from bot.quick import stay
from goals.checker import Checker
from goals.domain.change import Change
from goals.domain.values import Goal
from goals.outbox import Outbox
from goals.ports.sharing import Signal, Topic
from goals.work.lookout import Lookouts
from monitors.looks import Look, look_of
from monitors.poller import Poller
from monitors.recorder import Recorder
from monitors.sight import Sight
from monitors.ticker import EVERY, Ticker
from monitors.waits import WaitLook, waits


class Watching:
    """Polls what is due in the store, from `run` on."""

    def __init__(self, on: Ground, checker: Checker, outbox: Outbox) -> None:
        self._on = on
        self._checker = checker
        self._monitors = on.store.monitors
        self._clock = on.clock
        self.lookouts = Lookouts(on.settings.state, on.executor, on.clock)
        self.sight = Sight(
            on.plugins,
            self.lookouts,
            on.executor,
            on.clock,
            on.environ,
            on.confining,
            on.clean,
            outside(on),
        )
        self.poller = Poller(
            on.store.monitors,
            on.store.goals,
            self._look_of,
            on.journal,
            Recorder(on.store.monitors, on.clock, outbox.put),
            on.clock,
            more=self.ring,
            looked=on.telemetry.looked,
            grown=stay,
        )
        self._ticker = Ticker(self.poller.round)
        self._wanted = asyncio.Event()
        on.journal.subscribe(self._changed)

    async def recover(self) -> None:
        """Take up what an earlier process of ours was looking at; where there are others, it may be theirs."""
        await self.lookouts.sweep()
        if not self._on.store.shared:
            await self._monitors.recover()
        if await self._monitors.next_at() is not None:
            self.ring()

    def heard(self, signal: Signal) -> None:
        """Another process has goals polled, or may have."""
        if signal.topic is Topic.MONITOR and signal.at is not None:
            self._due(signal.at)
        else:
            self._wanted.set()

    def ring(self) -> None:
        """Something may be due now."""
        self._wanted.set()
        self._ticker.ring()

    async def run(self) -> None:
        """Watch until cancelled; idle until there is something to watch."""
        await self._wanted.wait()
        await self._ticker.run()

    async def drain(self, grace: float) -> None:
        await self.poller.drain(grace)

    def _look_of(self, goal: Goal) -> Look | None:
        if waits(goal):
            every = self._on.settings.defaults_section.monitor_every
            return WaitLook(goal, self._checker, self._clock, every)
        return look_of(goal, self.sight)

    def _changed(self, change: Change) -> None:
        if change.polled is not None:
            self._due(change.polled.at)

    def _due(self, at: datetime) -> None:
        self._wanted.set()
        if at <= self._clock.now() + timedelta(seconds=EVERY):
            self._ticker.ring()
