"""What a process of Goalward does: all of it, or one part of what several machines share."""

from __future__ import annotations

from dataclasses import dataclass

from goals.domain.parts import Part


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

DOES = {
    Part.TALK: "hears the platforms and speaks on them",
    Part.DRIVE: "works on goals",
    Part.WATCH: "polls monitors and what goals wait for",
    Part.FIRE: "delivers hooks",
    Part.DRAFT: "has drafts written",
}
"""What a process does that does a part of the work."""


def way_out(part: Part) -> str:
    """How there will be a process that does a part."""
    names = [f"`--role {name}`" for name, role in ROLES.items() if role.does(part) and role is not ALL]
    return f"Start one with {', '.join(names)} or `--role {ALL.name}`."
