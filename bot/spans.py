"""A stretch of a goal's life, as traces show it, and who takes such stretches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

Attribute = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Span:
    """`trace`, `id` and `parent` are numbers of 128, 64 and 64 bits; without `parent` it is the goal's own span.

    An `id` of 0 may be any: nothing refers to it.
    """

    name: str
    trace: int
    begun: datetime
    ended: datetime
    id: int = 0
    parent: int = 0
    failed: bool = False
    attributes: dict[str, Attribute] = field(default_factory=dict)


class Sink(Protocol):
    def send(self, span: Span) -> None:
        """Take a span that has ended, without waiting for anything."""

    async def close(self) -> None: ...
