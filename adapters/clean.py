"""A platform's port from which no secret goes out, and nothing that steers a screen: every message is cleaned
before it is posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.chat import Body, ChatPort, Message
from adapters.printable import printable
from goals.clean import Clean, without
from goals.domain.values import Origin, Person


class CleanPort:
    """A ChatPort over another; `clean` gives a text without the secrets in it."""

    def __init__(self, port: ChatPort, clean: Clean) -> None:
        self._port = port
        self._clean = clean

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        return await self._port.post(to, cleaned(body, self._clean), key=key)

    async def edit(self, at: Origin, message: str, body: Body) -> None:
        await self._port.edit(at, message, cleaned(body, self._clean))

    async def private(self, who: Person, at: Origin, body: Body, *, key: str) -> None:
        await self._port.private(who, at, cleaned(body, self._clean), key=key)

    async def react(self, at: Origin, message: str, emoji: str) -> None:
        await self._port.react(at, message, emoji)

    async def reactions(self, at: Origin, message: str) -> Sequence[tuple[Person, str]]:
        return await self._port.reactions(at, message)

    async def said(self, at: Origin, *, since: datetime) -> Sequence[Message]:
        return await self._port.said(at, since=since)


def cleaned(body: Body, clean: Clean) -> Body:
    """A body without secrets in its text, card and files; its buttons carry ids only.

    Names of files and words of agents may hold terminal codes; words that are attached keep them, and what is no text is as it is.
    """

    def shown(text: str) -> str:
        return clean(printable(text.replace("\r\n", "\n")))

    card = body.card and without(body.card, shown)
    files = tuple(replace(file, name=shown(file.name), text=clean(file.text)) for file in body.files)
    return replace(body, text=shown(body.text), card=card, files=files)
