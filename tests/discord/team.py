"""A team at work in Discord: what people do there, and how the goals of their threads stand."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.app import Core
from goals.audit import to_json
from goals.domain.values import Goal
from tests.peers.discord import Discord
from tests.peers.house import House


class Team:
    def __init__(self, discord: Discord, house: House) -> None:
        self.discord = discord
        self.house = house
        self.demo = discord.channel("demo")

    @property
    def core(self) -> Core:
        return self.house.core

    async def open(self) -> None:
        """Open the house, once Discord is heard. Raises GoalError where it never will be."""
        await self.house.open()
        hopeless = asyncio.create_task(self.house.platforms.until(asyncio.Event()))

        async def decided() -> bool:
            return hopeless.done() or await self.is_ready()

        await self.discord.until(decided)
        if hopeless.done():
            return await hopeless
        hopeless.cancel()

    async def close(self) -> None:
        await self.house.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    async def is_ready(self) -> bool:
        return (await self.house.http.get("/readyz")).status_code == 200

    async def mention(self, text: str, *, name: str = "ana", channel: str = "demo") -> str:
        """Mention the bot outside of threads; returns the thread that it opens."""
        return await self.discord.say(name, channel, f"@goalward {text}")

    async def settled(self) -> None:
        """Return when what people did is carried out and told."""
        await self.discord.quiet()
        await self.house.settled()

    # --- looking --------------------------------------------------------------------------------------

    async def goals(self) -> list[Goal]:
        """Every goal of the channel, oldest first."""
        key = f"discord:{self.discord.guild}:{self.demo}"
        return list(reversed(await self.core.service.goals(channel_key=key)))

    async def goal(self, thread: str) -> dict[str, Any]:
        """The newest goal of a thread, once there is one."""
        newest: Goal = await self.discord.until(lambda: self._newest(thread))
        return dict(to_json(await self.core.service.report(newest.id)))

    async def stands(self, thread: str, status: str, *, seconds: float = 120) -> dict[str, Any]:
        """The goal of a thread, once it has this status and people were told."""

        async def there() -> bool:
            newest = await self._newest(thread)
            return newest is not None and newest.status == status

        try:
            await self.discord.until(there, seconds=seconds)
        except TimeoutError:
            raise AssertionError(f"not {status}: {await self._newest(thread)}") from None
        await self.settled()
        return await self.goal(thread)

    async def _newest(self, thread: str) -> Goal | None:
        found = await self.core.service.goals(thread_key=self.thread_key(thread))
        return found[0] if found else None

    def thread_key(self, thread: str) -> str:
        return f"discord:{self.discord.guild}:{self.demo}:{thread}"

    def said(self, thread: str) -> list[str]:
        """What the bot says in a thread, as it reads now, its card included."""
        return [read(m) for m in self.discord.thread(thread) if m["author"]["id"] == self.discord.bot]

    async def question(self, thread: str) -> str:
        """The newest message of a thread with an open approval, once there is one."""
        return str(await self.discord.until(lambda: self._asking(thread)))

    def _asking(self, thread: str) -> str:
        if thread not in self.discord.world.rooms:
            return ""
        asking = [m["id"] for m in self.discord.thread(thread) if "Approve" in buttons(m)]
        return str(asking[-1]) if asking else ""

    async def card(self, thread: str, *, saying: str = "") -> dict[str, Any]:
        """The goal's card, once it says this."""

        def found() -> dict[str, Any] | None:
            if thread not in self.discord.world.rooms:
                return None
            cards = [m for m in self.discord.thread(thread) if "Details" in buttons(m) and saying in read(m)]
            return cards[-1] if cards else None

        return dict(await self.discord.until(found))

    def whispered(self, name: str) -> list[str]:
        """What somebody alone was told, in answers and directly."""
        user = self.discord.person(name)
        answers = [read(message) for who, message in self.discord.whispers if who == user]
        return answers + [read(message) for message in self.discord.said(f"@{name}")]


def read(message: dict[str, Any]) -> str:
    """What a message says, its components in words."""
    from tests.peers.discord.limits import walked

    texts = [component.get("content") for _, component in walked(message["components"])]
    return "\n".join(filter(None, (message["content"], *texts)))


def buttons(message: dict[str, Any]) -> list[str]:
    """The labels of a message's buttons."""
    from tests.peers.discord.limits import walked

    found = [c for _, c in walked(message["components"]) if c.get("type") == 2]
    return [str(button.get("label")) for button in found]
