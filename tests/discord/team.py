"""A team at work in Discord: what people do there, and what they see."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from adapters.discord import DiscordAdapter
from tests.peers.at_work import AtWork
from tests.peers.discord import Discord
from tests.peers.house import House

HEARD_WITHIN = 5.0


class Team(AtWork):
    def __init__(self, discord: Discord, house: House) -> None:
        self.discord = discord
        self.demo = discord.channel("demo")
        super().__init__(house, f"discord:{discord.guild}:{self.demo}")

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

    async def mention(self, text: str, *, name: str = "ana", channel: str = "demo") -> str:
        """Mention the bot outside of threads; returns the thread that it opens."""
        return await self.discord.say(name, channel, f"@goalward {text}")

    async def settled(self) -> None:
        """Return when what people did is carried out and told.

        The gateway acknowledges nothing: what was told is heard once the bot has come as far as the server.
        """
        await self.discord.quiet()
        with suppress(TimeoutError):  # what is cut off hears nothing
            await self.house.until(self._has_heard, seconds=HEARD_WITHIN)
        await self.house.settled()

    async def _has_heard(self) -> bool:
        bot = self.house.platforms._made.get("discord")
        if not isinstance(bot, DiscordAdapter) or bot._hearing is None or bot._client.ws is None:
            return True
        wire = bot._client.ws
        session = self.discord.gateway.sessions.get(str(wire.session_id))
        return session is not None and (wire.sequence or 0) >= session.seq and await bot._hearing.settled(1)

    # --- looking --------------------------------------------------------------------------------------

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
