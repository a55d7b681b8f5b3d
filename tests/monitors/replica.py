"""`python -m tests.monitors.replica URL`: runs only the tick on a store, until its input ends; prints what it looked at.

One line of JSON: the slots that it claimed, each with its goal.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from goals.ports import Claim
from goals.store import open_store
from monitors.ticker import Ticker
from tests.monitors.looking import Watchtower, always, unmet


class Noted:
    """The store's monitors, with note of what was claimed."""

    def __init__(self, monitors: Any) -> None:
        self._monitors = monitors
        self.claims: list[tuple[str, str]] = []

    async def claim(self, now: datetime, limit: int) -> list[Claim]:
        found: list[Claim] = await self._monitors.claim(now, limit)
        self.claims += [(claim.goal_id, claim.slot.isoformat()) for claim in found]
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitors, name)


async def main(url: str) -> Sequence[tuple[str, str]]:
    store = await open_store(url, Path("/nowhere"))
    noted = Noted(store.monitors)
    tower = Watchtower(store, always(unmet()), monitors=cast(Any, noted))
    ticker = Ticker(tower.poller.round)
    tower.more = ticker.ring
    ticking = asyncio.create_task(ticker.run())
    print("ticking", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    ticking.cancel()
    await tower.poller.drain(20)
    await store.close()
    return noted.claims


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1]))))
