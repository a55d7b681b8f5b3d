"""What a platform tells the bot: what people do, and that something may have been missed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from adapters.chat import Inbound
from goals.ports.sharing import AlwaysMine, Lease
from goals.right_of_way import RightOfWay


@dataclass(frozen=True, slots=True)
class Ear:
    """Who is told: `accept` keeps what people do, `concerns` knows whether something of ours lives in a thread (by its
    key), `gap` reads back what may have been missed since a time. Under `lease` one process at a time listens. What is
    acknowledged goes first on `way`.
    """

    accept: Callable[[Inbound], Awaitable[None]]
    concerns: Callable[[str], Awaitable[bool]]
    gap: Callable[[datetime], Awaitable[None]]
    lease: Lease = field(default_factory=AlwaysMine)
    way: RightOfWay = field(default_factory=RightOfWay)
