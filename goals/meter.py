"""Every model call goes through here: checked against what is left, reserved, made, settled. In that order."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeVar

from goals.domain.allowance import Exhausted, affordable
from goals.domain.errors import (
    CutStream,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    StaleGoal,
    StoreUnavailable,
)
from goals.domain.usage import Price, Purpose, Reservation, Totals, Usage
from goals.domain.values import Budget, Step
from goals.ports import Clock, Ledger, Model, ModelCall, ModelReply

T = TypeVar("T")

LONGEST_ANSWER = 8_000
"""Tokens."""

FREE = Price(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Kept:
    """The steps that are stored with a call: those `before` it with its reservation, what `after` makes of its answer
    with its price. `stored` is told of each when it is durable.
    """

    before: Sequence[Step]
    after: Callable[[ModelReply], Sequence[Step]]
    stored: Callable[..., None]


class Meter:
    def __init__(self, model: Model, ledger: Ledger, clock: Clock) -> None:
        self._model = model
        self._ledger = ledger
        self._clock = clock
        self._ids = (f"{boot}-{number}" for boot in (secrets.token_hex(8),) for number in count(1))

    async def ask(
        self,
        goal_id: str,
        purpose: Purpose,
        call: ModelCall,
        limits: Budget | None,
        kept: Kept | None = None,
    ) -> ModelReply | Exhausted:
        """Make one call within these allowances.

        Without limits (one judge call, one wind-down) it is made though nothing is left; the caller bounds it.
        Raises ModelError; what such a call may have used is booked.
        """
        wanted = call.max_tokens or LONGEST_ANSWER
        input_tokens = self._model.count(call)
        price = self._model.price(call.model)
        if limits and limits.usd is not None and price is None:
            raise ModelRefused(
                f"What {call.model} costs is not known any more, and the goal has a budget in money."
            )
        if limits and (limits.tokens, limits.usd) != (None, None):
            spent = await self._ledger.totals(goal_id)
            allowed = affordable(limits, spent, price or FREE, input_tokens, wanted)
            if isinstance(allowed, Exhausted):
                return allowed
            wanted = allowed
        reserved = self._reservation(goal_id, purpose, call.model, input_tokens, wanted, price)
        await self._reserve(reserved, kept.before if kept else ())
        if kept:
            kept.stored(*kept.before)
        reply = await self._made(replace(call, max_tokens=wanted), reserved, price, input_tokens)
        steps = kept.after(reply) if kept else ()
        spent = await self._book(reserved, price, _told(reserved, reply), steps, reply.written)
        if kept:
            kept.stored(*steps)
        return replace(reply, spent=spent)

    def price(self, model: str) -> Price | None:
        return self._model.price(model)

    def window(self, model: str) -> int | None:
        return self._model.window(model)

    async def _reserve(self, reserved: Reservation, before: Sequence[Step]) -> None:
        """Store the worst case; of a call that is stopped before it is made nothing is left."""
        try:
            await _surely(self._ledger.reserve(reserved, before))
        except asyncio.CancelledError:
            await self._book(reserved, None, _nothing(reserved))
            raise

    async def _made(
        self, call: ModelCall, reserved: Reservation, price: Price | None, input_tokens: int
    ) -> ModelReply:
        """The answer; what a call without one may have used is booked."""
        guessed = Usage(reserved.model, reserved.purpose, input_tokens, 0, 0, None, estimated=True)
        try:
            return await self._model.complete(call)
        except CutStream as cut:
            await self._book(reserved, price, replace(guessed, output=cut.output))
            raise
        except ModelUnavailable as away:
            await self._book(reserved, price, guessed if away.maybe_used else _nothing(reserved))
            raise
        except ModelError:
            await self._book(reserved, price, _nothing(reserved))
            raise
        except asyncio.CancelledError:
            await self._in_full(reserved)
            raise

    async def _book(
        self,
        reserved: Reservation,
        price: Price | None,
        used: Usage,
        replies: Sequence[Step] = (),
        written: int = 0,
    ) -> Totals:
        usd = _usd(price, used, written) if price else None
        booking = self._ledger.settle(
            reserved.id, reserved.goal_id, replace(used, usd=usd), self._clock.now(), replies=replies
        )
        return await _surely(booking)

    async def _in_full(self, reserved: Reservation) -> None:
        used = Usage(reserved.model, reserved.purpose, reserved.tokens, 0, 0, reserved.usd, estimated=True)
        await _surely(self._ledger.settle(reserved.id, reserved.goal_id, used, self._clock.now()))

    def _reservation(
        self, goal_id: str, purpose: Purpose, model: str, input_tokens: int, output: int, price: Price | None
    ) -> Reservation:
        usd = price.worst(input_tokens, output) if price else 0.0
        return Reservation(
            next(self._ids), goal_id, model, purpose, input_tokens + output, usd, self._clock.now()
        )


async def _surely(booking: Coroutine[Any, Any, T]) -> T:
    """What was begun to be booked is booked, also when nobody waits for it any more."""
    task = asyncio.ensure_future(booking)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(StaleGoal, StoreUnavailable):
            await asyncio.shield(task)
        raise


def _usd(price: Price, used: Usage, written: int) -> float:
    """What is only estimated costs what it was reserved at: its worst."""
    if used.estimated:
        return price.worst(used.fresh, used.output)
    return price.cost(used.fresh, used.cached, used.output, written)


def _nothing(reserved: Reservation) -> Usage:
    return Usage(reserved.model, reserved.purpose, 0, 0, 0, None)


def _told(reserved: Reservation, reply: ModelReply) -> Usage:
    """What the provider says that the call used."""
    return Usage(
        reserved.model, reserved.purpose, reply.fresh, reply.cached, reply.output, None, reply.estimated
    )
