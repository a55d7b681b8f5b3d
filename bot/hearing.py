"""What other processes have done to the store, as it concerns this one."""

from __future__ import annotations

from adapters.inbox import Inbox
from bot.roles import Role
from bot.voices import Voices
from bot.watching import Watching
from goals.bell import Bell
from goals.domain.errors import StoreUnavailable
from goals.domain.parts import Part
from goals.drafting import Drafter
from goals.outbox import Outbox
from goals.ports import Clock
from goals.ports.sharing import Signal, Told, Topic

AGAIN = (Topic.LOOK, Topic.GAP)
"""Anything may have happened."""

STORE_RETRY = 1.0
IDLE = 3600.0


class Hearing:
    """Has each part of this process look when something has happened that it waits for."""

    def __init__(
        self,
        role: Role,
        voices: Voices,
        *,
        inbox: Inbox,
        outbox: Outbox,
        hooks: Outbox,
        drafter: Drafter,
        watching: Watching,
        clock: Clock,
    ) -> None:
        self._voices = voices
        self._inbox = inbox
        self._outbox = outbox
        self._clock = clock
        self._came = Bell(clock)
        every: tuple[tuple[Part, Topic, Told], ...] = (
            (Part.TALK, Topic.POST, self._post),
            (Part.TALK, Topic.INBOX, lambda _: self._came.ring()),
            (Part.FIRE, Topic.HOOK, lambda signal: hooks.nudge(signal.at)),
            (Part.DRAFT, Topic.DRAFT, lambda _: drafter.ring()),
            (Part.WATCH, Topic.MONITOR, watching.heard),
        )
        self._looks = [(topic, look) for part, topic, look in every if role.does(part)]

    def heard(self, signal: Signal) -> None:
        """A subscriber of the store's signals."""
        for topic, look in self._looks:
            if signal.topic is topic or signal.topic in AGAIN:
                look(signal)

    async def run(self) -> None:
        """Take up what others have kept for us, until cancelled."""
        while True:
            await self._came.wait(IDLE)
            try:
                await self._inbox.recover()
            except StoreUnavailable:
                await self._clock.sleep(STORE_RETRY)
                self._came.ring()

    def _post(self, signal: Signal) -> None:
        if not signal.key or self._voices.mine(signal.key):
            self._outbox.nudge(signal.at)
