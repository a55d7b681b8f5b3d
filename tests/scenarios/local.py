"""The local channel as a stage: people at its HTTP interface."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.peers.house import House
from tests.scenarios.stage import Shown

CHANNEL = "demo"


class Local:
    notifies = True

    def __init__(self, house: House) -> None:
        self.house = house

    async def begin(self, text: str, *, user: str) -> str:
        return await self.house.say(CHANNEL, f"/goal {text}", user=user)

    async def say(self, thread: str, text: str, *, user: str) -> None:
        await self.house.reply(thread, text, user=user)

    async def react(self, thread: str, message: str, emoji: str, *, user: str) -> None:
        await self.house.react(await self._message(thread, message), emoji, user=user)

    async def press(self, thread: str, message: str, label: str, *, user: str, typed: str) -> None:
        there = await self._message(thread, message)
        [button] = [button for button in there["buttons"] if button["label"] == label]
        text = typed if button["asks"] else None
        await self.house.press(there, button["action"], user=user, label=label, typed=text)

    async def shown(self, thread: str) -> list[Shown]:
        said = await self.house.messages(thread)
        return [_shown(m) for m in said if m["bot"] and not m.get("private_to")]

    async def whispered(self) -> list[tuple[str, str]]:
        said = (await self.house.http.get(f"/api/channels/{CHANNEL}/messages")).json()["messages"]
        return [(m["private_to"], m["text"]) for m in said if m.get("private_to")]

    async def settled(self) -> None:
        await self.house.settled()

    async def _message(self, thread: str, message: str) -> dict[str, Any]:
        return next(m for m in await self.house.messages(thread) if m["id"] == message)


@asynccontextmanager
async def local(place: Path, **settings: Any) -> AsyncIterator[Local]:
    house = House(place, **settings)
    await house.open()
    try:
        yield Local(house)
    finally:
        await house.close()


def _shown(message: dict[str, Any]) -> Shown:
    drawn = "\n".join(_card(message["card"])) if message.get("card") else message["text"]
    buttons = tuple(button["label"] for button in message.get("buttons") or ())
    files = tuple(file["name"] for file in message.get("files") or ())
    return Shown(message["id"], message["text"], drawn, (*_in_rows(message.get("card")), *buttons), files)


def _card(card: dict[str, Any]) -> Iterator[str]:
    """What the page draws of a card, from top to bottom."""
    yield from (card["title"], card["badge"])
    yield from (step["text"] for step in card["steps"])
    yield from card["lines"]
    yield from (f"{bar['label']} {bar['text']}" for bar in card["bars"])
    for section in card["sections"]:
        yield section["title"]
        for row in section["rows"]:
            yield from (row["text"], row["detail"], row["code"])
    yield card["footer"]


def _in_rows(card: dict[str, Any] | None) -> Iterator[str]:
    for section in (card or {}).get("sections", ()):
        for row in section["rows"]:
            yield from (button["label"] for button in row["buttons"])
