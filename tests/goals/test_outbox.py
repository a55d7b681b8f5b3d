"""What is delivered, and when: a row that cannot be delivered keeps neither its lane nor anybody else back for ever."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from goals.outbox import TRIES, Later, Outbox, Refused
from goals.ports import Outgoing, Posted
from goals.store import Store, open_store
from tests.peers.clock import ManualClock


class Receiver:
    """Keeps what it is sent; `fails` says what to raise for a key."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.tries = 0
        self.fails: Callable[[str], Exception | None] = lambda key: None

    async def send(self, row: Outgoing) -> Posted | None:
        self.tries += 1
        if error := self.fails(row.key):
            raise error
        self.sent.append(row.key)
        return None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


@asynccontextmanager
async def delivering(store: Store, receiver: Receiver, clock: ManualClock) -> AsyncIterator[Outbox]:
    outbox = Outbox(store.outbox, {"event": receiver}, clock)
    running = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        running.cancel()
        await asyncio.wait({running})


def rows(*keys: str) -> list[Outgoing]:
    return [Outgoing(key, "lane", "event", {}) for key in keys]


async def passing(clock: ManualClock, condition: Callable[[], bool]) -> None:
    """Let hours pass until something holds."""
    async with asyncio.timeout(20):
        while not condition():
            clock.advance(60)
            await asyncio.sleep(0.01)


async def test_a_row_that_always_fails_is_set_aside_and_its_lane_goes_on(store: Store) -> None:
    receiver, clock = Receiver(), ManualClock()
    receiver.fails = lambda key: ValueError("a defect") if key == "bad" else None
    async with delivering(store, receiver, clock) as outbox:
        await outbox.put(rows("bad", "good"))
        await passing(clock, lambda: bool(receiver.sent))
    dead = [(row.key, row.attempts) for row in await store.outbox.dead()]
    assert (receiver.sent, dead) == (["good"], [("bad", TRIES)])


async def test_a_receiver_that_asks_for_time_gets_all_it_asks_for(store: Store) -> None:
    receiver, clock = Receiver(), ManualClock()
    receiver.fails = lambda key: Later(30) if receiver.tries < 3 * TRIES else None
    async with delivering(store, receiver, clock) as outbox:
        await outbox.put(rows("first", "second"))
        await passing(clock, lambda: len(receiver.sent) == 2)
    assert (receiver.sent, await store.outbox.dead()) == (["first", "second"], [])


async def test_a_refused_row_is_set_aside_at_once(store: Store) -> None:
    receiver, clock = Receiver(), ManualClock()
    receiver.fails = lambda key: Refused("no such channel") if key == "bad" else None
    async with delivering(store, receiver, clock) as outbox:
        await outbox.put(rows("bad", "good"))
        await outbox.settled()
    assert (receiver.sent, receiver.tries) == (["good"], 2)


async def test_a_defect_of_the_outbox_itself_keeps_nothing_back_for_ever(store: Store) -> None:
    receiver, clock = Receiver(), ManualClock()
    outbox = Outbox(Stumbling(store), {"event": receiver}, clock)
    running = asyncio.create_task(outbox.run())
    await store.outbox.put(rows("a"))
    await passing(clock, lambda: bool(receiver.sent))
    running.cancel()
    await asyncio.wait({running})
    assert receiver.sent == ["a"]


async def test_what_was_delivered_while_rows_were_read_is_not_delivered_again(store: Store) -> None:
    receiver, clock = Waiting(), ManualClock()
    rows_ = ReadBefore(store, receiver)
    outbox = Outbox(rows_, {"event": receiver}, clock)
    running = asyncio.create_task(outbox.run())
    await outbox.put(rows("a"))
    async with asyncio.timeout(20):
        await receiver.begun.wait()
        rows_.late = True
        outbox.nudge()
        await rows_.told.wait()
        await outbox.settled()
    running.cancel()
    await asyncio.wait({running})
    assert receiver.sent == ["a"]


class Waiting:
    """Delivers when it is let."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.begun, self.let = asyncio.Event(), asyncio.Event()

    async def send(self, row: Outgoing) -> None:
        self.begun.set()
        await self.let.wait()
        self.sent.append(row.key)


class ReadBefore:
    """Rows that are read while one is on its way, and told when it has arrived."""

    def __init__(self, store: Store, receiver: Waiting) -> None:
        self._rows = store.outbox
        self._receiver = receiver
        self._arrived, self.told = asyncio.Event(), asyncio.Event()
        self.late = False
        self.put = self._rows.put
        self.due = self._rows.due

    async def look(self, now, *, limit=100):
        found = await self._rows.look(now, limit=limit)
        if self.late:
            self._receiver.let.set()
            await self._arrived.wait()
            await asyncio.sleep(0)
            self.late = False
            self.told.set()
        return found

    async def settle(self, row, went):
        await self._rows.settle(row, went)
        self._arrived.set()


class Stumbling:
    """Rows of which the first look fails as only a defect does."""

    def __init__(self, store: Store) -> None:
        self._rows = store.outbox
        self._errors = [ValueError("not JSON")]
        self.put = self._rows.put
        self.settle = self._rows.settle
        self.due = self._rows.due

    async def look(self, now, *, limit=100):
        if self._errors:
            raise self._errors.pop()
        return await self._rows.look(now, limit=limit)
