"""What the bot asks of a platform beside the local channel: those of this house, and those that other packages bring."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from adapters.chat import ChatPort
from adapters.desk import Desk
from adapters.ear import Ear
from adapters.knowing import Introduce
from adapters.signs import Signs
from goals.ports import Clock


class Platform(Protocol):
    """Where people talk to us. `hopeless` is set once it cannot be heard any more."""

    @property
    def port(self) -> ChatPort: ...

    @property
    def introduce(self) -> Introduce: ...

    @property
    def signs(self) -> Signs:
        """What it shows of an agent at work by means of its own."""

    @property
    def hopeless(self) -> asyncio.Event: ...

    @property
    def doors(self) -> Mapping[str, Any]:
        """The ASGI apps at which it calls us, by their paths."""

    async def open(self) -> None:
        """Speak, and never listen. Raises GoalError for tokens that it does not take."""

    async def start(self, ear: Ear, desk: Desk) -> None:
        """Speak, and listen while the ear's lease is ours. Raises GoalError for tokens that it does not take."""

    async def stop(self) -> None:
        """Hear nothing more."""

    async def close(self) -> None:
        """Say nothing more."""

    async def problems(self) -> list[str]:
        """Why it is not heard, a sentence each."""

    def unheard(self) -> float | None:
        """Seconds since a socket was last seen alive; None where none is to be open."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a platform of another package is made with, beside its settings: `directory` is its own, of this process."""

    clock: Clock
    directory: Path
