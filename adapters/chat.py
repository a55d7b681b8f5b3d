"""What every platform offers and what comes in from it, as data: the port behind which adapters stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import Base64Bytes

from goals.domain.values import Origin, Person


@dataclass(frozen=True, slots=True)
class Message:
    """Somebody wrote. `id` is the platform's message id; `key` is the same for every delivery of it.

    `verb` was picked from the platform's own list of commands: then the text is that verb and never an objective.
    `unseen`: the platform keeps from us what was written.
    """

    key: str
    who: Person
    at: Origin
    id: str
    text: str
    verb: str = ""
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    key: str
    who: Person
    at: Origin
    message: str
    emoji: str
    added: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed on a message; without a value it is the platform's own, for the goal of its thread."""

    key: str
    who: Person
    at: Origin
    message: str
    action: str
    value: str


Inbound = Message | Reaction | Press


class Colour(StrEnum):
    """States as colours: blue works, amber waits for somebody, grey paused, green done, red failed."""

    BLUE = "blue"
    AMBER = "amber"
    GREY = "grey"
    GREEN = "green"
    RED = "red"


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` and `value` come back in a Press. `confirm` is asked before it counts.

    Where there is `asks`, a text is asked for, which may be empty: it comes back behind the value and a space.
    """

    label: str
    action: str
    value: str
    style: Style = Style.PLAIN
    confirm: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A budget bar: `share` from 0 to 1, `text` says it in words (`41k / 100k`)."""

    label: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section: a mark (✓ ✗ … or empty), a sentence, a quiet second line, code below, buttons."""

    text: str
    mark: str = ""
    detail: str = ""
    code: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A rich message as data: the goal's card, an approval, an audit. Adapters draw it natively.

    `chart` is the id of the goal whose readings are drawn on it, where the platform can.
    """

    title: str
    badge: str = ""
    colour: Colour = Colour.BLUE
    steps: tuple[Row, ...] = ()
    lines: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    sections: tuple[Section, ...] = ()
    footer: str = ""
    chart: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """Words, or what `data` holds: then `media` says of what kind it is, like `image/png`."""

    name: str
    text: str = ""
    data: Base64Bytes = b""
    media: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted. `text` is whole without the card: it is what notifications and screen readers get.

    Of answers that have the same `once`, people see the first alone. `refused` marks a word that says no, `warns` one
    that warns. `addressed` are the people whom it is for: where their names stand in it, they are told.
    """

    text: str
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    files: tuple[File, ...] = field(default=())
    once: str = ""
    refused: bool = False
    warns: bool = False
    addressed: tuple[Person, ...] = ()


class Undeliverable(Exception):
    """The platform refuses this message for good; the sentence says why."""


class Gone(Undeliverable):
    """The thread or the bot's access to it is gone."""


class Busy(Exception):
    """The platform asks to try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:g} s")
        self.seconds = seconds


class ChatPort(Protocol):
    """What an adapter can do in its platform. All raise Undeliverable, Gone or Busy."""

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        """Post into a thread; the same key never posts twice. Returns the message's id."""

    async def edit(self, at: Origin, message: str, body: Body) -> None: ...

    async def private(self, who: Person, at: Origin, body: Body, *, key: str) -> None:
        """Say something that only this person sees, the nearest way the platform has."""

    async def react(self, at: Origin, message: str, emoji: str) -> None:
        """Acknowledge a message with a reaction of the bot; doing it again changes nothing."""

    async def reactions(self, at: Origin, message: str) -> Sequence[tuple[Person, str]]:
        """Who gave which emoji to a message and has not taken it back, bots left out."""

    async def said(self, at: Origin, *, since: datetime) -> Sequence[Message]:
        """What people wrote in a thread since then, as it comes in, bots left out; nothing where none can be missed."""
