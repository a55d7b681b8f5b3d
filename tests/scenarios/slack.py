"""Slack as a stage: people in a workspace on loopback."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.slack import Pace
from tests.peers.slack import Slack
from tests.scenarios.stage import Shown
from tests.slack.conftest import gathered
from tests.slack.team import Team

CHANNEL = "demo"
NAMES = {
    "✅": "white_check_mark",
    "❌": "x",
    "🛑": "octagonal_sign",
    "➕": "heavy_plus_sign",
    "▶️": "arrow_forward",
}


_ALERTED = re.compile(r"^<@\w+> (?=\S)")


class InSlack:
    notifies = True

    def __init__(self, team: Team) -> None:
        self.team = team
        self.house = team.house

    async def begin(self, text: str, *, user: str) -> str:
        return await self._slack.say(user, CHANNEL, f"@goalward /goal {text}")

    async def say(self, thread: str, text: str, *, user: str) -> None:
        said = re.sub(r"^/goal\b", "@goalward", text)
        await self._slack.say(user, CHANNEL, said, thread=thread)

    async def react(self, thread: str, message: str, emoji: str, *, user: str) -> None:
        await self._slack.react(user, CHANNEL, message, NAMES[emoji])

    async def press(self, thread: str, message: str, label: str, *, user: str, typed: str) -> None:
        there = next(m for m in self._slack.thread(CHANNEL, thread) if m["ts"] == message)
        [action] = [one["action_id"] for one in _buttons(there["blocks"]) if one["text"]["text"] == label]
        action, before = action.partition("#")[0], set(self._slack.views)
        await self._slack.press(user, CHANNEL, message, action, label=label)
        if action.startswith("ask:"):
            view = await self._slack.until(lambda: next(iter(set(self._slack.views) - before), ""))
            await self._slack.submit(user, view, {"text": typed})

    async def shown(self, thread: str) -> list[Shown]:
        """Files are messages of their own, behind the one that they belong to."""
        said: list[Shown] = []
        for message in (m for m in self._slack.thread(CHANNEL, thread) if m["user"] == self._slack.bot):
            names = tuple(file["name"] for file in message.get("files") or ())
            if names and not message["text"]:
                said[-1] = replace(said[-1], files=(*said[-1].files, *names))
            else:
                said.append(self._shown(message))
        return said

    async def whispered(self) -> list[tuple[str, str]]:
        return [(self._name(m["user"]), self._plain(m["text"])) for m in self._slack.whispers]

    async def settled(self) -> None:
        await self.team.settled()

    @property
    def _slack(self) -> Slack:
        return self.team.slack

    def _shown(self, message: dict[str, Any]) -> Shown:
        blocks = message.get("blocks") or []
        text = self._plain(message["text"])
        drawn = "\n".join(self._texts(blocks)) or text
        return Shown(message["ts"], text, drawn, tuple(one["text"]["text"] for one in _buttons(blocks)))

    def _texts(self, block: Any) -> Iterator[str]:
        """What blocks say, in reading order, but for their buttons and for whom they only alert."""
        if _only_alerts(block):
            return
        if isinstance(block, list):
            for one in block:
                yield from self._texts(one)
        elif isinstance(block, dict) and block.get("type") == "user":
            yield f"@{self._name(block['user_id'])}"
        elif isinstance(block, dict) and block.get("type") != "button":
            for key, value in block.items():
                said = key in ("text", "title") and isinstance(value, str)
                yield from [self._plain(value)] if said else self._texts(value)

    def _plain(self, text: str) -> str:
        """A text without Slack's markup, and without the name of whom it only alerts."""
        named = re.sub(r"<@(\w+)>", lambda user: f"@{self._name(user[1])}", _ALERTED.sub("", text))
        return html.unescape(named)

    def _name(self, user: str) -> str:
        return self._slack.home.people[user].name


def _only_alerts(block: Any) -> bool:
    """Whether it is there for a person's notification alone, and says nothing."""
    elements = block.get("elements") if isinstance(block, dict) else None
    return [e.get("text", "") or e["type"] for e in elements or ()] == ["user", " "]


def _buttons(block: Any) -> Iterator[dict[str, Any]]:
    if isinstance(block, list):
        for one in block:
            yield from _buttons(one)
    elif isinstance(block, dict):
        if block.get("type") == "button":
            yield block
        else:
            yield from _buttons(block.get("elements") or block.get("accessory"))


@asynccontextmanager
async def slack(place: Path, **settings: Any) -> AsyncIterator[InSlack]:
    async with gathered(place, pace=Pace(), **settings) as team:
        yield InSlack(team)
