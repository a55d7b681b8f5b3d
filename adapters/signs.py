"""What a platform shows of an agent at work by means of its own, beside messages."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.live import Open
from adapters.sessions import Show


@dataclass(frozen=True, slots=True)
class Signs:
    """`show` says how a thread stands, `stream` opens a text that grows; None where there is no such thing."""

    show: Show | None = None
    stream: Open | None = None


NONE = Signs()
