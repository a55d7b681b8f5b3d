"""What platforms show of an agent at work by means of their own: how a thread stands, and turns while they run."""

from __future__ import annotations

from adapters.live import Live, Open
from adapters.sessions import Sessions, Show, following
from adapters.signs import Signs
from bot.asking import Asking
from bot.ground import Ground
from bot.voices import Voices


class Signing:
    def __init__(self, on: Ground, asking: Asking, voices: Voices) -> None:
        self._shows: dict[str, Show] = {}
        self._opens: dict[str, Open] = {}
        self.sessions = Sessions(self._shows, asking.service, on.clean)
        self.follows = following(self._shows)
        self.live = Live(
            self._opens,
            asking.service,
            on.store.steps,
            on.clock,
            on.clean,
            voices.mine,
            on.store.goals.driven,
        )

    def add(self, platform: str, signs: Signs) -> None:
        """What a platform has of its own; before the core starts."""
        if signs.show is not None:
            self._shows[platform] = signs.show
        if signs.stream is not None:
            self._opens[platform] = signs.stream
