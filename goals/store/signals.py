"""Processes on one PostgreSQL hear of each other's changes by LISTEN and NOTIFY, some milliseconds after the commit.

Rows are the truth and signals only say that it is worth to look: who was killed before telling told nothing, so that
everybody looks again every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import URL

from goals.ports.sharing import Signal, Told, Topic
from goals.store.own_line import NoAnswer, OwnLine, asking, connect

log = logging.getLogger(__name__)

CHANNEL = "goalward"
LOOK_EVERY = 5.0
RETRY = 1.0

_LISTEN = f"LISTEN {CHANNEL}"
# Nothing of a signal is to be kept, so that nobody waits for the disk.
_NOTIFY = (
    f"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{CHANNEL}', said) "
    "FROM unnest(%(said)s::text[]) AS said"
)


class Silence:
    """The signals of a store that no other process writes to: none."""

    def subscribe(self, told: Told) -> None:
        """There is nothing to be told."""

    async def run(self) -> None:
        """Nobody is listened to."""


class StoredSignals:
    """What this process says itself it does not hear."""

    def __init__(self, url: URL, line: OwnLine, *, look_every: float = LOOK_EVERY) -> None:
        """`line` is where it speaks; it listens on another one."""
        self._url = url
        self._line = line
        self._own = secrets.token_hex(4)
        self._look_every = look_every
        self._subscribers: list[Told] = []
        self._unsaid: dict[tuple[Topic, str], Signal] = {}
        self._noted = asyncio.Event()

    def subscribe(self, told: Told) -> None:
        self._subscribers.append(told)

    def say(self, signals: Iterable[Signal]) -> None:
        """Have other processes told, soon. On the event loop."""
        for signal in signals:
            before = self._unsaid.get((signal.topic, signal.key))
            self._unsaid[signal.topic, signal.key] = _sooner(before, signal) if before else signal
        self._noted.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(), name="hear other processes")
            group.create_task(self._speak(), name="tell other processes")
            group.create_task(self._remind(), name="look again")

    async def _hear(self) -> None:
        while True:
            try:
                await self._listen()
            except NoAnswer as away:
                log.warning("other processes are not heard: %s", away)
            await asyncio.sleep(RETRY)

    async def _listen(self) -> None:
        with asking():
            async with await connect(self._url) as line:
                await line.execute(_LISTEN)
                self._tell(Signal(Topic.GAP))
                async for heard in line.notifies():
                    if signal := _read(heard.payload, self._own):
                        self._tell(signal)

    async def _speak(self) -> None:
        while True:
            await self._noted.wait()
            self._noted.clear()
            try:
                await self.flush()
            except NoAnswer as away:
                log.warning("other processes are not told: %s", away)
                await asyncio.sleep(RETRY)
                self._noted.set()

    async def flush(self) -> None:
        """Tell at once what is to be told. Raises NoAnswer."""
        saying, self._unsaid = self._unsaid, {}
        if not saying:
            return
        try:
            said = [_written(self._own, signal) for signal in saying.values()]
            await self._line.ask(_NOTIFY, {"said": said})
        except NoAnswer:
            self._unsaid = {**saying, **self._unsaid}
            raise

    async def _remind(self) -> None:
        while True:
            await asyncio.sleep(self._look_every)
            self._tell(Signal(Topic.LOOK))

    def _tell(self, signal: Signal) -> None:
        for told in self._subscribers:
            told(signal)


def _sooner(one: Signal, other: Signal) -> Signal:
    """The later signal, with the earlier of both times; none is at once."""
    at = None if one.at is None or other.at is None else min(one.at, other.at)
    return replace(other, at=at)


def _written(own: str, signal: Signal) -> str:
    at = signal.at.isoformat() if signal.at else ""
    return json.dumps([own, signal.topic.value, signal.key, signal.word, at])


def _read(payload: str, own: str) -> Signal | None:
    """None for what this process said itself, or for what only another version of Goalward understands."""
    try:
        said_by, topic, key, word, at = json.loads(payload)
        signal = Signal(Topic(topic), key, word, datetime.fromisoformat(at) if at else None)
    except (ValueError, TypeError):
        return None
    return None if said_by == own else signal
