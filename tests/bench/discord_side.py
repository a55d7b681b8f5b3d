"""`python -m tests.bench.discord_side`: a Discord in a process of its own that makes load and measures what it gets."""

from __future__ import annotations

import asyncio

from tests.bench.beside import at_rate, obey
from tests.peers.discord import Discord

PATIENCE = 3.0
BEAT = 2.0
"""Seconds between heartbeats; Discord's own are 41."""
CHANNELS = 50


class Side:
    def __init__(self, discord: Discord) -> None:
        self._discord = discord

    async def heard(self) -> bool:
        """Return once the bot listens."""
        return bool(await self._discord.until(lambda: self._discord.gateway.identified))

    async def commands(self, rate: float, count: int) -> list[float | None]:
        """Milliseconds from each command to its acknowledgement; None without one."""

        async def command(_: int) -> float | None:
            done = await self._discord.slash("ana", "demo", "goal status")
            return done.after * 1000 if done.answered else None

        return await at_rate(rate, count, command)

    async def opens(self, text: str) -> str:
        """The thread of a goal that somebody asks for, once the bot talks in it."""
        thread = await self._discord.say("ana", "demo", f"@goalward /goal {text}")
        await self._discord.until(lambda: self._answered(thread))
        return thread

    def _answered(self, thread: str) -> bool:
        return thread in self._discord.world.rooms and bool(self._discord.said(thread))

    async def talk(self, rate: float, count: int, threads: list[str], meant: int) -> int:
        """Numbered messages in many channels; each `meant`th is a word to a goal. Returns how many were told."""

        async def say(number: int) -> None:
            if number % meant:
                await self._discord.say("ana", f"talk-{number % CHANNELS}", "good morning")
            else:
                thread = threads[number // meant % len(threads)]
                await self._discord.say("ana", "demo", f"@goalward steer word {number}", thread=thread)

        await at_rate(rate, count, say)
        await self._discord.quiet()
        return count

    async def beats(self, since: int) -> list[float]:
        """Seconds between the heartbeats that came, but for the first so many."""
        return self._discord.gateway.gaps[since:]


async def main() -> None:
    async with Discord(patience=PATIENCE, beat=BEAT) as discord:
        for room in ("demo", *(f"talk-{number}" for number in range(CHANNELS))):
            discord.channel(room)
        discord.person("ana")
        place = {"api": discord.api, "guild": discord.guild, "token": discord.token}
        await obey(Side(discord), place)


if __name__ == "__main__":
    asyncio.run(main())
