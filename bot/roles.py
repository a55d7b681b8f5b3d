"""What a process of Goalward does: all of it, or one part of what several machines share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    TALK = "talk"
    """Hear the platforms, carry out what people say, deliver what is said to them, show the page."""
    DRIVE = "drive"
    """Work on goals."""
    WATCH = "watch"
    """Poll what goals wait for and what monitors watch."""
    FIRE = "fire"
    """Deliver hooks."""
    DRAFT = "draft"
    """Have drafts written."""


@dataclass(frozen=True, slots=True)
class Role:
    """`beside` is the place in our state of a worker that is a process of its own beside us, where there is one."""

    name: str
    parts: frozenset[Part]
    beside: str = ""

    def does(self, part: Part) -> bool:
        return part in self.parts


ALL = Role("all", frozenset(Part))
GATEWAY = Role("gateway", frozenset({Part.TALK}))
WORKER = Role("worker", frozenset({Part.DRIVE, Part.FIRE, Part.DRAFT}))
MONITOR = Role("monitor", frozenset({Part.WATCH, Part.FIRE}))

NONE = Role("none", frozenset())
"""Look, and change what is stored."""

WITH_A_WORKER = Role("all", frozenset({Part.TALK, Part.WATCH}), beside="worker")
"""All of it on a shared store: who drives goals may have to end, and sockets live on."""

ROLES = {role.name: role for role in (ALL, GATEWAY, WORKER, MONITOR)}
