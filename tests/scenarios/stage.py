"""What people can do on any platform, and what they see there, in the same words everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from goals.audit import to_json
from tests.peers.house import House

PATIENCE = 120.0
CALM = 4.0
"""Seconds after which a card that was just edited is edited again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot: `text` is what a notification says, `drawn` all that is drawn, `buttons` their labels,
    `files` the names of what is attached.
    """

    id: str
    text: str
    drawn: str
    buttons: tuple[str, ...]
    files: tuple[str, ...] = ()


class Stage(Protocol):
    """One platform with the bot in it, and the house behind both. People are meant by name.

    `notifies`: what is drawn has a text beside it, for notifications and screen readers.
    """

    house: House
    notifies: bool

    async def begin(self, text: str, *, user: str) -> str:
        """Say something to the bot outside of every thread; returns the thread that becomes of it."""

    async def say(self, thread: str, text: str, *, user: str) -> None: ...

    async def react(self, thread: str, message: str, emoji: str, *, user: str) -> None: ...

    async def press(self, thread: str, message: str, label: str, *, user: str, typed: str) -> None:
        """Press a button by its label; `typed` goes into the form that it opens, where it opens one."""

    async def shown(self, thread: str) -> list[Shown]:
        """What the bot says in a thread as it stands now, oldest first."""

    async def whispered(self) -> list[tuple[str, str]]:
        """What the bot said to somebody alone: to whom, and what."""

    async def settled(self) -> None:
        """Return when what people did is carried out and told."""


class Play:
    """A stage with people who wait until they see what they act upon."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.house = stage.house
        self.thread = ""

    async def begin(self, text: str, *, user: str = "ana") -> None:
        self.thread = await self.stage.begin(text, user=user)
        await self.house.until(self._goals)

    async def say(self, text: str, *, user: str = "ana") -> None:
        await self.stage.say(self.thread, text, user=user)
        await self._settled()

    async def react(self, emoji: str, on: str, *, user: str = "ana") -> None:
        message = await self.message(on)
        await self.stage.react(self.thread, message.id, emoji, user=user)
        await self._settled()

    async def press(self, label: str, on: str, *, user: str = "ana", typed: str = "") -> None:
        message = await self.message(on, button=label)
        [whole] = [button for button in message.buttons if button.startswith(label)]
        await self.stage.press(self.thread, message.id, whole, user=user, typed=typed)
        await self._settled()

    async def message(self, saying: str, *, button: str = "") -> Shown:
        """The newest message of the thread that says this and has this button, once there is one."""

        async def newest() -> Shown | None:
            said = reversed(await self.stage.shown(self.thread))
            return next(
                (m for m in said if saying in m.text and (not button or _has(m, button))),
                None,
            )

        found: Shown = await self.house.until(newest)
        return found

    async def stands(self, status: str) -> dict[str, Any]:
        """The thread's newest goal, once it has this status and people were told."""

        async def there() -> bool:
            return bool((await self._goals())[0].status == status)

        try:
            await self.house.until(there)
        except TimeoutError:
            raise AssertionError(f"not {status}: {(await self._goals())[0]}") from None
        await self._settled()
        return await self.goal()

    async def _settled(self) -> None:
        """However long it takes to draw what is to be told."""
        await self.stage.settled()
        await self.house.core.outbox.settled(PATIENCE)

    async def goal(self) -> dict[str, Any]:
        newest = (await self._goals())[0]
        return dict(to_json(await self.house.core.service.report(newest.id)))

    async def _goals(self) -> list[Any]:
        every = await self.house.core.service.goals()
        return [goal for goal in every if goal.origin.thread == self.thread]

    async def seen(self) -> list[str]:
        """Drawing, buttons and files of each message, in words that are the same wherever they were said."""
        words = await self._calm()
        return [
            line
            for m in await self.stage.shown(self.thread)
            for line in (
                f"draws {words(m.drawn)}",
                f"offers {m.buttons}",
                f"attaches {[words(name) for name in m.files]}",
            )
        ]

    async def notified(self) -> list[str]:
        """What notifications said, in such words."""
        words = await self._calm()
        return [words(m.text) for m in await self.stage.shown(self.thread)]

    async def heard(self) -> list[str]:
        """What was said to people alone, in such words."""
        words = await self._calm()
        return [f"to {who} alone: {words(text)}" for who, text in await self.stage.whispered()]

    async def _calm(self) -> Callable[[str], str]:
        """Once every card is up to date: how a text reads everywhere."""
        await self._settled()
        self.house.clock.advance(CALM)
        await self._settled()
        ids = [goal.id for goal in await self.house.core.service.goals()]
        return lambda text: alike(text, ids, str(self.house.place))


_TIME = re.compile(r"<t:\d+(?::\w)?>|\b\d\d:\d\d UTC\b|\b\d{4}-\d\d-\d\d\b")
_LENGTH = re.compile(r"(?:< )?\b\d+(?:\.\d+)? (?:s|min|h|d)\b(?: \d+\b)?")


def alike(text: str, ids: list[str], place: str) -> str:
    """The words of a text: without markup and signs, with what differs from run to run in words of its own."""
    text = text.replace(place, "PLACE")
    for number, goal in enumerate(reversed(ids), 1):
        text = re.sub(rf"\b{goal}\b", f"GOAL{number}", text)
    text = _LENGTH.sub("LENGTH", _TIME.sub("TIME", text))
    return " ".join(re.findall(r"[\w$%+.,/=-]*\w[%]?", text))


def _has(message: Shown, label: str) -> bool:
    return any(button.startswith(label) for button in message.buttons)
