"""What a model call costs is booked once, whenever it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from goals.domain.errors import CutStream, ModelError, ModelUnavailable
from goals.domain.usage import Price, Purpose, Tier, Totals
from goals.meter import Meter
from goals.ports import Change, Ledger, Model, ModelCall, ModelReply
from goals.store import Store, open_store
from tests.given import NOW, goal
from tests.peers.clock import ManualClock

CALL = ModelCall("m", ({"role": "user", "content": "hello"},))
PRICE = Price(1.0, 0.1, 4.0)


class Answers:
    """A model that answers at once."""

    async def complete(self, call: ModelCall) -> ModelReply:
        return ModelReply("hi", fresh=100, cached=20, output=10)

    def count(self, call: ModelCall) -> int:
        return 500

    def price(self, model: str) -> Price | None:
        return PRICE


class Writes:
    """A model whose provider writes to its cache, at a price with a tier; it sees what is reserved meanwhile."""

    def __init__(self, ledger: Ledger, reply: ModelReply | ModelError) -> None:
        self._ledger, self._reply = ledger, reply
        self.reserved = 0.0

    async def complete(self, call: ModelCall) -> ModelReply:
        self.reserved = (await self._ledger.totals("g7k2")).reserved_usd
        if isinstance(self._reply, ModelError):
            raise self._reply
        return self._reply

    def count(self, call: ModelCall) -> int:
        return 500

    def price(self, model: str) -> Price | None:
        return Price(1.0, 0.1, 4.0, 1.25, (Tier(400, Price(2.0, 0.2, 6.0, 2.5)),))


class Slow:
    """A ledger that begins one of its acts only when it is let go."""

    def __init__(self, real: Ledger, act: str) -> None:
        self._real, self._act = real, act
        self.reached, self.go = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        return self._held(real) if name == self._act else real

    def _held(self, real: Any) -> Any:
        async def held(*given: Any, **named: Any) -> Any:
            self.reached.set()
            await self.go.wait()
            return await real(*given, **named)

        return held


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store("", tmp_path)
    await store.goals.record(Change(goal(version=0), ()), at=NOW)
    yield store
    await store.close()


async def stopped_at(act: str, store: Store) -> Totals:
    """What is booked of a call that is stopped while the ledger is at this."""
    ledger = Slow(store.ledger, act)
    meter = Meter(cast(Model, Answers()), cast(Ledger, ledger), ManualClock())
    asking = asyncio.create_task(meter.ask("g7k2", Purpose.AGENT, CALL, None))
    await ledger.reached.wait()
    asking.cancel()
    await asyncio.sleep(0)
    ledger.go.set()
    with suppress(asyncio.CancelledError):
        await asking
    return await store.ledger.totals("g7k2")


async def test_a_call_that_is_stopped_after_its_answer_came_is_booked_as_it_was(store: Store) -> None:
    used = await stopped_at("settle", store)
    assert (used.fresh, used.cached, used.output, used.reserved_tokens) == (100, 20, 10, 0)


async def test_a_call_that_is_stopped_before_it_was_made_costs_nothing(store: Store) -> None:
    used = await stopped_at("reserve", store)
    assert (used.fresh + used.output, used.usd, used.reserved_tokens) == (0, 0.0, 0)


@pytest.mark.parametrize(
    ("reply", "usd"),
    [
        (ModelReply("hi", fresh=300, cached=100, output=10, written=200), 100 + 250 + 10 + 40),
        (ModelReply("hi", fresh=301, cached=100, output=10, written=200), 202 + 500 + 20 + 60),
        (ModelReply("hi", fresh=500, output=10, estimated=True), 1250 + 60),
        (CutStream("It broke off.", 20), 1250 + 120),
        (ModelUnavailable("It is away.", maybe_used=True), 1250),
        (ModelUnavailable("It is away."), 0),
    ],
    ids=["at the tier", "one over it", "estimated", "cut", "may have been used", "not used"],
)
async def test_a_call_is_reserved_at_its_worst_and_booked_as_it_was_or_at_its_worst_where_nobody_knows(
    reply: ModelReply | ModelError, usd: float, store: Store
) -> None:
    model = Writes(store.ledger, reply)
    meter = Meter(cast(Model, model), store.ledger, ManualClock())
    with suppress(ModelError):
        await meter.ask("g7k2", Purpose.AGENT, replace(CALL, max_tokens=1_000), None)
    used = await store.ledger.totals("g7k2")
    millionths = [round(found * 1_000_000, 3) for found in (model.reserved, used.usd, used.reserved_usd)]
    assert millionths == [1250 + 6000, usd, 0]
