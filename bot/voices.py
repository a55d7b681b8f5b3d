"""For which platforms this process listens and speaks: of several that could, one does at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from goals.ports.sharing import Lease, Leases

Taken = Callable[[str], Awaitable[None]]


class Voices:
    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._mine: dict[str, Lease] = {}

    def add(self, platform: str) -> Lease:
        """A platform for which this process could; returns the right to do it."""
        lease = self._mine[platform] = self._leases.lease(f"platform:{platform}")
        return lease

    def lease(self, platform: str) -> Lease:
        return self._mine[platform]

    def mine(self, platform: str) -> bool:
        """Whether this process is to do what comes from a platform; for one that nobody knows everybody is."""
        return platform not in self._mine or self._mine[platform].mine

    def elsewhere(self) -> list[str]:
        """The platforms for which it is not."""
        return [platform for platform, lease in self._mine.items() if not lease.mine]

    async def run(self, taken: Taken) -> None:
        """Wait for each of the platforms until cancelled; `taken` is called with each that this process gets."""
        async with asyncio.TaskGroup() as group:
            for platform, lease in self._mine.items():
                group.create_task(_keep(platform, lease, taken), name=f"voice on {platform}")


async def _keep(platform: str, lease: Lease, taken: Taken) -> None:
    while True:
        async with lease.held() as lost:
            await taken(platform)
            await lost.wait()
