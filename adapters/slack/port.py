"""Slack's port: posts, edits, private notes, files and reactions, each once, however often it is asked for."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters import memory
from adapters.chat import Body, File, Gone, Message, Undeliverable
from adapters.memory import Memory, attached
from adapters.slack import calls, marks
from adapters.slack.blocks import PLAIN
from adapters.slack.marks import began, found
from adapters.slack.parts import Part, Parts, parts
from adapters.slack.refusals import BlocksRefused, Unsure, understood
from adapters.slack.taste import Taste
from adapters.slack.text import escaped
from goals.domain.values import Origin, Person
from goals.ports import Clock

log = logging.getLogger(__name__)

NAMES = {
    "👀": "eyes",
    "✅": "white_check_mark",
    "❌": "x",
    "🛑": "octagonal_sign",
    "⏸": "double_vertical_bar",
    "▶": "arrow_forward",
    "➕": "heavy_plus_sign",
}
WHISPERED = "-"
"""Stands for the id of what only one person sees."""

T = TypeVar("T")

Clients = Callable[[str], Awaitable[AsyncWebClient]]
"""The client of a workspace, by its id; it repeats nothing by itself, and waits for nothing without end."""

Read = Callable[[Origin, datetime], Awaitable[Sequence[Message]]]
"""What people wrote in a thread since a time."""

Who = Callable[[str, str], Awaitable[Person | None]]
"""Who a user of a workspace is; None for bots."""


class Answers(Protocol):
    """Where what somebody did may still be answered for a while, though the bot is not in the channel."""

    def url(self, key: str) -> str | None: ...


_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
"""What ids of channels look like. Slack takes names too, whose rules nobody has set."""


class SlackPort:
    """A ChatPort. A post bears its key in its metadata, so that one in doubt can be found in its thread."""

    def __init__(self, clients: Clients, answers: Answers, who: Who, clock: Clock, read: Read) -> None:
        self._read = read
        self._clients = clients
        self._answers = answers
        self._who = who
        self._memory = Memory(clock.now().timestamp())
        self._taste = Taste()

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        if not _CHANNEL.fullmatch(to.channel):
            raise Undeliverable(
                f"Slack's channels are meant by their id, which `#{to.channel}` is none of:"
                " write `notify:` and pick the channel from Slack's list."
            )
        client = await self._clients(to.tenant)
        if self._memory.needs_reading(key, to.thread_key, began(to.thread)):
            await self._read_back(client, to)
            self._memory.was_read(key, to.thread_key)

        async def said(made: Parts) -> str:
            ts = await self._post(client, to, made, key)
            await self._attach(client, to.within(ts), key, made.files)
            return ts

        return await self._drawn(to.tenant, body, said)

    async def edit(self, at: Origin, message: str, body: Body) -> None:
        client = await self._clients(at.tenant)

        async def changed(made: Parts) -> None:
            await calls.update(client, at.channel, message, made.first)
            if made.rest:
                await self._edit_rest(client, at, message, made.rest)

        await self._drawn(at.tenant, body, changed)

    async def private(self, who: Person, at: Origin, body: Body, *, key: str) -> None:
        client = await self._clients(at.tenant)

        async def whispered(made: Parts) -> None:
            for number, part in enumerate(made.messages, 1):
                await self._whisper(client, who, at, part, memory.part(key, number))
            if made.files:
                await self._attach(client, await calls.direct(client, who), key, made.files)

        await self._drawn(at.tenant, body, whispered)

    async def react(self, at: Origin, message: str, emoji: str) -> None:
        name = NAMES.get(emoji.rstrip("\ufe0f"))
        if name is None:
            raise Undeliverable(f"There is no name for {emoji} on Slack.")
        client = await self._clients(at.tenant)
        try:
            with understood():
                await client.reactions_add(channel=at.channel, timestamp=message, name=name)
        except Undeliverable as refusal:
            if "already_reacted" not in str(refusal):
                raise

    async def reactions(self, at: Origin, message: str) -> Sequence[tuple[Person, str]]:
        client = await self._clients(at.tenant)
        with understood():
            answer = await client.reactions_get(channel=at.channel, timestamp=message, full=True)
        given = (answer.get("message") or {}).get("reactions") or ()
        return [
            (person, one["name"])
            for one in given
            for user in one["users"]
            if (person := await self._who(at.tenant, user)) is not None
        ]

    async def said(self, at: Origin, *, since: datetime) -> Sequence[Message]:
        return await self._read(at, since)

    async def _drawn(self, tenant: str, body: Body, send: Callable[[Parts], Awaitable[T]]) -> T:
        """Send a body with the blocks that the workspace takes; plain, where it refuses them."""
        made = parts(body, self._taste.takes(tenant))
        try:
            return await send(made)
        except BlocksRefused as refusal:
            log.warning("drawn plainly for %s: %s", tenant, refusal)
            sent = await send(parts(body, PLAIN))
            self._taste.refused(tenant, made.messages)
            return sent

    async def _post(self, client: AsyncWebClient, to: Origin, made: Parts, key: str) -> str:
        ts = await self._say(client, to, made.first, key)
        for number, part in enumerate(made.rest, 2):
            await self._say(client, to.within(ts), part, memory.part(key, number))
        return ts

    async def _say(self, client: AsyncWebClient, to: Origin, part: Part, key: str) -> str:
        """Post one message, if it is not there; what is in doubt is looked for at the next try."""
        if known := self._memory.posted(key):
            return known
        try:
            with understood():
                answer = await client.chat_postMessage(
                    channel=to.channel,
                    thread_ts=to.thread or None,
                    metadata=marks.metadata(key),
                    unfurl_links=False,
                    unfurl_media=False,
                    **calls.content(part),
                )
        except Unsure:
            self._memory.doubt(key)
            raise
        ts = str(answer["ts"])
        self._memory.keep({key: ts})
        return ts

    async def _whisper(self, client: AsyncWebClient, who: Person, at: Origin, part: Part, key: str) -> None:
        """To one person in the channel; where the bot is not in it, as an answer to what they did, else directly."""
        if self._memory.posted(key):
            return
        try:
            with understood():
                await client.chat_postEphemeral(
                    channel=at.channel, user=who.id, thread_ts=at.thread or None, **calls.content(part)
                )
        except Undeliverable as refusal:
            if isinstance(refusal, BlocksRefused):
                raise
            if not await self._answer(client, part, key):
                await self._say(client, await calls.direct(client, who), part, key)
        self._memory.keep({key: WHISPERED})

    async def _answer(self, client: AsyncWebClient, part: Part, key: str) -> bool:
        """Whether it could be said where somebody did something that may still be answered."""
        url = self._answers.url(memory.whole(key).removeprefix("reply:"))
        if url is None:
            return False
        with understood():
            webhook = AsyncWebhookClient(url, session=client.session, retry_handlers=[])
            answer = await webhook.send(
                response_type="ephemeral", replace_original=False, **calls.content(part)
            )
        return bool(answer.status_code == 200)

    async def _attach(self, client: AsyncWebClient, to: Origin, key: str, files: Sequence[File]) -> None:
        """Files follow the message in its thread; one that is refused is named there."""
        for file in files:
            name = attached(key, file.name)
            if self._memory.posted(name):
                continue
            try:
                await calls.upload(client, to, file)
            except Unsure:
                self._memory.doubt(key)
                raise
            except Gone:
                raise
            except Undeliverable as refusal:
                said = f"The file {file.name} cannot be attached. {refusal}"
                await self._say(client, to, Part(escaped(said), ()), memory.refused(key, file.name))
            self._memory.keep({name: to.thread})

    async def _edit_rest(
        self, client: AsyncWebClient, at: Origin, message: str, rest: Sequence[Part]
    ) -> None:
        """What follows a message that was changed is changed too, or added."""
        known = await self._read_back(client, at)
        key = next((key for key, ts in known.items() if ts == message), f"edit:{message}")
        for number, part in enumerate(rest, 2):
            following = memory.part(key, number)
            if following in known:
                await calls.update(client, at.channel, known[following], part)
            else:
                await self._say(client, at.within(message), part, following)

    async def _read_back(self, client: AsyncWebClient, at: Origin) -> Mapping[str, str]:
        with understood():
            known = found(await calls.messages(client, at))
        self._memory.keep(known)
        return known
