"""People at work with the bot on a platform: how the goals of their threads stand."""

from __future__ import annotations

from typing import Any

from bot.app import Core
from goals.audit import to_json
from goals.domain.values import Goal
from tests.peers.house import House


class AtWork:
    """`room` is the key of the channel in which they meet."""

    def __init__(self, house: House, room: str) -> None:
        self.house = house
        self.room = room

    @property
    def core(self) -> Core:
        return self.house.core

    async def open(self) -> None:
        """Open the house, once the platform is heard."""
        raise NotImplementedError

    async def close(self) -> None:
        await self.house.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    async def is_ready(self) -> bool:
        return (await self.house.http.get("/readyz")).status_code == 200

    async def settled(self) -> None:
        """Return when what people did is carried out and told."""
        await self.house.settled()

    def thread_key(self, thread: str) -> str:
        return f"{self.room}:{thread}"

    async def goals(self) -> list[Goal]:
        """Every goal of the channel, oldest first."""
        return list(reversed(await self.core.service.goals(channel_key=self.room)))

    async def goal(self, thread: str) -> dict[str, Any]:
        """The newest goal of a thread, once there is one."""
        newest: Goal = await self.house.until(lambda: self._newest(thread))
        return dict(to_json(await self.core.service.report(newest.id)))

    async def stands(self, thread: str, status: str, *, seconds: float = 120) -> dict[str, Any]:
        """The goal of a thread, once it has this status and people were told."""

        async def there() -> bool:
            newest = await self._newest(thread)
            return newest is not None and newest.status == status

        try:
            await self.house.until(there, seconds=seconds)
        except TimeoutError:
            raise AssertionError(f"not {status}: {await self._newest(thread)}") from None
        await self.settled()
        return await self.goal(thread)

    async def _newest(self, thread: str) -> Goal | None:
        found = await self.core.service.goals(thread_key=self.thread_key(thread))
        return found[0] if found else None
