"""What comes in is handled once, in order per thread, and nothing that cannot be handled keeps the rest back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.chat import Body, Busy, Inbound, Message, Reaction
from adapters.inbox import Inbox
from goals.codec import to_plain
from goals.domain.errors import StoreUnavailable
from goals.outbox import Outbox
from goals.ports import InboxRows, Outgoing
from goals.store import Store, open_store
from tests.given import ANA, NOW, ORIGIN
from tests.peers.clock import ManualClock


class Acts:
    """Does what it is told by the text of a message."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.errors: dict[str, list[Exception]] = {}

    async def act(self, event: Inbound) -> Body | None:
        if errors := self.errors.get(event.key):
            raise errors.pop()
        await asyncio.sleep(0)
        self.done.append(event.key)
        return None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


def inbox(store: Store, acts: Acts) -> Inbox:
    clock = ManualClock()
    return Inbox(store.inbox, Outbox(store.outbox, {}, clock), acts, clock)


def said(key: str) -> Message:
    return Message(key, ANA, ORIGIN, key, "hello")


async def test_what_came_in_twice_is_handled_once_and_in_order(store: Store) -> None:
    acts = Acts()
    inside = inbox(store, acts)
    for key in ("a", "b", "a", "c"):
        await inside.accept(said(key))
    await inside.settled()
    assert (acts.done, await store.inbox.unhandled()) == (["a", "b", "c"], [])


async def test_a_row_that_nobody_can_read_keeps_nobody_from_starting(store: Store) -> None:
    acts = Acts()
    await store.inbox.put("odd", {"kind": "Telepathy", "event": {}}, NOW)
    await store.inbox.put("bad", {"kind": "Message", "event": {"who": 7}}, NOW)
    await store.inbox.put("good", {"kind": "Message", "event": to_plain(said("good"))}, NOW)
    inside = inbox(store, acts)
    await inside.recover()
    await inside.settled()
    assert (acts.done, await store.inbox.unhandled()) == (["good"], [])


async def test_what_meets_a_defect_is_answered_and_the_thread_goes_on(store: Store) -> None:
    acts = Acts()
    acts.errors["a"] = [ZeroDivisionError()]
    inside = inbox(store, acts)
    await inside.accept(said("a"))
    await inside.accept(said("b"))
    await inside.settled()
    told = [row.key for row in await store.outbox.due(NOW)]
    assert (acts.done, told, await store.inbox.unhandled()) == (["b"], ["reply:a"], [])


async def test_what_the_store_was_away_for_is_done_when_it_is_back(store: Store) -> None:
    acts = Acts()
    acts.errors["a"] = [StoreUnavailable("gone")]
    inside = inbox(store, acts)
    await inside.accept(said("a"))
    await inside.settled()
    assert (acts.done, await store.inbox.unhandled()) == (["a"], [])


async def test_what_was_stored_for_somebody_who_was_cut_short_is_done_when_it_comes_again(
    store: Store,
) -> None:
    acts = Acts()
    inside = inbox(store, acts)
    await store.inbox.put("a", {"kind": "Message", "event": to_plain(said("a"))}, NOW)
    await inside.accept(said("a"))
    await inside.accept(said("a"))
    await inside.settled()
    assert acts.done == ["a"]


async def test_what_ends_while_the_rows_are_read_is_not_done_again(store: Store) -> None:
    acts, ended = Acts(), asyncio.Event()

    class SlowToRead:
        put, handled = store.inbox.put, store.inbox.handled

        async def unhandled(self) -> list[tuple[str, dict[str, Any]]]:
            rows = await store.inbox.unhandled()
            await ended.wait()
            return rows

    async def complete(event: Inbound) -> Inbound | None:
        await reading
        return event

    clock = ManualClock()
    inside = Inbox(SlowToRead(), Outbox(store.outbox, {}, clock), acts, clock, complete)
    reading: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    await inside.accept(said("a"))
    again = asyncio.create_task(inside.recover())
    while not await store.inbox.unhandled():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    reading.set_result(None)
    await inside.settled()
    ended.set()
    await again
    await inside.settled()
    assert acts.done == ["a"]


async def test_a_reaction_whose_thread_is_looked_for_keeps_no_command_back(store: Store) -> None:
    acts, found = Acts(), asyncio.Event()
    outside = replace(ORIGIN, thread="", root="")

    async def complete(event: Inbound) -> Inbound | None:
        if isinstance(event, Reaction):
            await found.wait()
        return event

    clock = ManualClock()
    inside = Inbox(store.inbox, Outbox(store.outbox, {}, clock), acts, clock, complete)
    await inside.accept(Reaction("looked for", ANA, outside, "17.1", "+1"))
    await inside.accept(replace(said("command"), at=outside))
    async with asyncio.timeout(20):
        while not acts.done:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    first = list(acts.done)
    found.set()
    await inside.settled()
    assert (first, acts.done) == (["command"], ["command", "looked for"])


async def test_what_a_busy_platform_has_to_be_asked_for_is_asked_again_and_bots_do_nothing(
    store: Store,
) -> None:
    acts, answers = Acts(), [Busy(0.01), None]

    async def complete(event: Inbound) -> Inbound | None:
        if event.key == "bot":
            return None
        if answers and (busy := answers.pop(0)):
            raise busy
        return event

    clock = ManualClock()
    inside = Inbox(store.inbox, Outbox(store.outbox, {}, clock), acts, clock, complete)
    for key in ("bot", "ana"):
        await inside.accept(said(key))
    await inside.settled()
    assert (acts.done, await store.inbox.unhandled()) == (["ana"], [])


class Counted:
    """The rows of a store, and how often all that was not handled is read from them."""

    def __init__(self, rows: InboxRows) -> None:
        self._rows = rows
        self.reads = 0

    async def put(self, key: str, body: dict[str, Any], at: datetime) -> bool:
        return await self._rows.put(key, body, at)

    async def handled(self, key: str, at: datetime, follows: Sequence[Outgoing] = ()) -> None:
        await self._rows.handled(key, at, follows)

    async def unhandled(self) -> list[tuple[str, dict[str, Any]]]:
        self.reads += 1
        return await self._rows.unhandled()


async def test_what_comes_again_while_it_is_handled_has_nothing_read_back(store: Store) -> None:
    rows, clock, open_ = Counted(store.inbox), ManualClock(), asyncio.Event()

    class Slow:
        async def act(self, event: Inbound) -> Body | None:
            await open_.wait()
            return None

    inside = Inbox(rows, Outbox(store.outbox, {}, clock), Slow(), clock)
    for _ in range(3):
        await inside.accept(said("a"))
    open_.set()
    await inside.settled()
    assert (rows.reads, await store.inbox.unhandled()) == (0, [])
