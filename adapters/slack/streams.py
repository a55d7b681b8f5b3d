"""Slack's streamed messages: a text in a thread that grows while somebody reads it.

https://docs.slack.dev/reference/methods/chat.startStream. What is streamed are blocks as in every message of ours, in
which nobody's words are markup. Slack ends a stream some five minutes after it began: the text goes on in a new one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.messages.chunk import BlocksChunk

from adapters.chat import Body, Busy, Gone, Undeliverable
from adapters.slack.allowance import Allowance
from adapters.slack.blocks import drawn
from adapters.slack.people import ClientOf
from adapters.slack.refusals import Unsure, of_workspace, understood
from adapters.slack.text import weight
from goals.domain.values import Origin, Person
from goals.ports import Clock

log = logging.getLogger(__name__)

LIVES = 240.0
"""Seconds after which a text goes on in a new stream."""
BLOCKS, ROOM = 45, 11_000
"""Blocks of one stream, of which Slack takes 50, and their bytes on the wire."""
STARTS, ADDS = 18, 90
"""Calls a minute in a workspace, of which Slack takes 20 (tier 2) and 100 (tier 4)."""
ENDED = ("message_not_in_streaming_state", "streaming_state_conflict")
"""Slack has ended the stream."""

Block = dict[str, Any]


class Streams:
    """A workspace that refuses is left alone until the next start."""

    def __init__(self, clients: ClientOf, clock: Clock) -> None:
        self.clients = clients
        self.clock = clock
        self.starts, self.adds = Allowance(STARTS, clock), Allowance(ADDS, clock)
        self._refused: set[str] = set()

    def open(self, at: Origin, reader: Person) -> SlackStream | None:
        """A stream into a thread, which begins with its first text; None where streams were refused."""
        known = reader.platform == at.platform and at.thread
        return SlackStream(self, at, reader) if known and at.tenant not in self._refused else None

    def refused(self, at: Origin, refusal: Undeliverable) -> None:
        if of_workspace(refusal) and at.tenant not in self._refused:
            self._refused.add(at.tenant)
            log.warning("no turns are streamed in the workspace %s: %s", at.tenant, refusal)


class SlackStream:
    """One text, in as many streams as Slack makes of it. `reader` is whom Slack streams it to."""

    def __init__(self, streams: Streams, at: Origin, reader: Person) -> None:
        self._streams = streams
        self._at = at
        self._reader = reader
        self._ts = ""
        self._blocks = self._bytes = 0
        self._begun = 0.0
        self._over = False

    async def add(self, text: str) -> None:
        """Raises Busy where nothing of it was shown."""
        blocks = drawn(Body(text))
        if self._over or not blocks:
            return
        try:
            await self._add(blocks)
        except Unsure:
            self._over = self._over or not self._ts  # it may stand there: it is not said again
        except Undeliverable as refusal:
            self._over = True
            self._streams.refused(self._at, refusal)

    async def end(self) -> None:
        ts, self._ts = self._ts, ""
        if not ts:
            return
        try:
            with understood():
                client = await self._streams.clients(self._at.tenant)
                await client.chat_stopStream(channel=self._at.channel, ts=ts)
        except (Busy, Undeliverable) as refusal:
            log.debug("a stream ends by itself: %s", refusal)

    async def _add(self, blocks: Sequence[Block]) -> None:
        if self._ts and self._is_full(blocks):
            await self.end()
        if not self._ts or not await self._appended(blocks):
            await self._start(blocks)
        self._blocks += len(blocks)
        self._bytes += weight(blocks)

    def _is_full(self, blocks: Sequence[Block]) -> bool:
        old = self._streams.clock.monotonic() - self._begun > LIVES
        return old or self._blocks + len(blocks) > BLOCKS or self._bytes + weight(blocks) > ROOM

    async def _start(self, blocks: Sequence[Block]) -> None:
        at, streams = self._at, self._streams
        streams.starts.take(at.tenant)
        self._ts, self._blocks, self._bytes = "", 0, 0
        client = await streams.clients(at.tenant)
        in_channel = {} if at.channel.startswith("D") else self._recipient()
        try:
            with understood():
                answer = await client.chat_startStream(
                    channel=at.channel, thread_ts=at.thread, chunks=[BlocksChunk(blocks=blocks)], **in_channel
                )
        except Busy as busy:
            streams.starts.close(at.tenant, busy.seconds)
            raise
        self._ts, self._begun = str(answer["ts"]), streams.clock.monotonic()

    def _recipient(self) -> dict[str, str]:
        """In channels Slack wants to know for whom it is; everybody there sees it."""
        return {
            "recipient_user_id": self._reader.id,
            "recipient_team_id": self._reader.tenant or self._at.tenant,
        }

    async def _appended(self, blocks: Sequence[Block]) -> bool:
        """Whether the stream took it; not, where Slack has ended it."""
        at, streams = self._at, self._streams
        streams.adds.take(at.tenant)
        client = await streams.clients(at.tenant)
        try:
            with understood():
                await client.chat_appendStream(
                    channel=at.channel, ts=self._ts, chunks=[BlocksChunk(blocks=blocks)]
                )
        except Busy as busy:
            streams.adds.close(at.tenant, busy.seconds)
            raise
        except Gone:
            raise
        except Undeliverable as refusal:
            if any(word in str(refusal) for word in ENDED):
                return False
            raise
        return True
