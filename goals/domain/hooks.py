"""What is done when a goal is met, fails or pauses: hooks as they are written, and as they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Moment(StrEnum):
    """When a hook is due."""

    ACHIEVED = "on_achieved"
    FAILED = "on_failed"
    PAUSED = "on_paused"


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook as it was asked for: `notify` with the target `@ana`, `webhook` with its URL, a plugin with `settings`."""

    type: str
    target: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def how(self) -> str:
        """One line that says what it does: `notify: @ana`."""
        return f"{self.type}: {self.target}" if self.target else self.type
