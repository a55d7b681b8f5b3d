"""Discord as a stage: people in a server on loopback, who let the bot read what they write."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.discord import Pace
from tests.discord.conftest import gathered
from tests.discord.team import Team, buttons, read
from tests.peers.discord import Discord
from tests.scenarios.stage import Shown

CHANNEL = "demo"
_ALERTED = re.compile(r"^<@\d+>(?: (?=\S)|$)", re.MULTILINE)
_ESCAPED = re.compile(r"\\(?=[^a-zA-Z0-9\s])|\u200b")


class OnDiscord:
    notifies = False

    def __init__(self, team: Team) -> None:
        self.team = team
        self.house = team.house
        self._asked: set[str] = set()

    async def begin(self, text: str, *, user: str) -> str:
        return await self._discord.say(user, CHANNEL, f"@goalward /goal {text}")

    async def say(self, thread: str, text: str, *, user: str) -> None:
        said = re.sub(r"^/goal\b", "@goalward", text)
        await self._discord.say(user, CHANNEL, said, thread=thread)

    async def react(self, thread: str, message: str, emoji: str, *, user: str) -> None:
        await self._discord.react(user, message, emoji)

    async def press(self, thread: str, message: str, label: str, *, user: str, typed: str) -> None:
        pressed = await self._discord.press(user, message, label)
        if pressed.form is not None:
            await self._discord.submit(user, pressed, typed)
        for asked in (each for each in pressed.messages if buttons(each)):
            self._asked.add(asked["id"])
            await self._discord.press(user, asked, buttons(asked)[0])

    async def shown(self, thread: str) -> list[Shown]:
        """Files are messages of their own, behind the one that they belong to."""
        said: list[Shown] = []
        for message in self._discord.thread(thread) if thread in self._discord.world.rooms else ():
            if message["author"]["id"] != self._discord.bot:
                continue
            names = tuple(file["filename"] for file in message.get("attachments") or ())
            if names and not read(message):
                said[-1] = replace(said[-1], files=(*said[-1].files, *names))
            else:
                said.append(self._shown(message, names))
        return said

    async def whispered(self) -> list[tuple[str, str]]:
        """But for what is asked before a button counts."""
        return [
            (self._name(user), self._plain(read(message)))
            for user, message in self._discord.whispers
            if message["id"] not in self._asked
        ]

    async def settled(self) -> None:
        await self.team.settled()

    @property
    def _discord(self) -> Discord:
        return self.team.discord

    def _shown(self, message: dict[str, Any], files: tuple[str, ...]) -> Shown:
        text = self._plain(read(message))
        return Shown(message["id"], text, text, tuple(buttons(message)), files)

    def _plain(self, text: str) -> str:
        """A text without Discord's markdown, and without the name of whom it only alerts."""
        named = re.sub(r"<@(\d+)>", lambda user: f"@{self._name(user[1])}", _ALERTED.sub("", text))
        return _ESCAPED.sub("", named)

    def _name(self, user: str) -> str:
        return self._discord.world.people[user].name


@asynccontextmanager
async def discord(place: Path, **settings: Any) -> AsyncIterator[OnDiscord]:
    server = Discord(content=True)
    section = {"message_content": True}
    async with gathered(place, discord=server, pace=Pace(), section=section, **settings) as team:
        yield OnDiscord(team)
