"""What watches: the tick, the poller and where monitors look. Nothing of it runs before there is something to watch."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from bot.ground import Ground
from bot.outside import outside
from goals.domain.change import Change
from goals.outbox import Outbox
from goals.work.lookout import Lookouts
from monitors.looks import look_of
from monitors.poller import Poller
from monitors.recorder import Recorder
from monitors.sight import Sight
from monitors.ticker import EVERY, Ticker


class Watching:
    """Polls what is due in the store, from `run` on."""

    def __init__(self, on: Ground, outbox: Outbox) -> None:
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
            partial(look_of, sight=self.sight),
            on.journal,
            Recorder(on.store.monitors, on.clock, outbox.put),
            on.clock,
            more=self.ring,
        )
        self._ticker = Ticker(self.poller.round)
        self._wanted = asyncio.Event()
        on.journal.subscribe(self._changed)

    async def recover(self) -> None:
        """Take up what an earlier process of ours was looking at."""
        await self.lookouts.sweep()
        await self._monitors.recover()
        if await self._monitors.next_at() is not None:
            self.ring()

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

    def _changed(self, change: Change) -> None:
        if change.polled is None:
            return
        self._wanted.set()
        if change.polled.at <= self._clock.now() + timedelta(seconds=EVERY):
            self._ticker.ring()
