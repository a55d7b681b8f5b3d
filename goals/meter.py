"""Every model call goes through here: checked against what is left, reserved, made, settled. In that order."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from itertools import count

from goals.domain.allowance import Exhausted, affordable
from goals.domain.errors import CutStream, ModelError, ModelUnavailable
from goals.domain.usage import Price, Purpose, Reservation, Totals, Usage
from goals.domain.values import Budget
from goals.ports import Clock, Ledger, Model, ModelCall, ModelReply

LONGEST_ANSWER = 8_000
"""Tokens."""

FREE = Price(0.0, 0.0, 0.0)


class Meter:
    def __init__(self, model: Model, ledger: Ledger, clock: Clock) -> None:
        self._model = model
        self._ledger = ledger
        self._clock = clock
        self._ids = (f"{boot}-{number}" for boot in (secrets.token_hex(8),) for number in count(1))

    async def ask(
        self, goal_id: str, purpose: Purpose, call: ModelCall, limits: Budget | None
    ) -> ModelReply | Exhausted:
        """Make one call within these allowances.

        Without limits (one judge call, one wind-down) it is made though nothing is left; the caller bounds it.
        Raises ModelError; what such a call may have used is booked.
        """
        wanted = call.max_tokens or LONGEST_ANSWER
        input_tokens = self._model.count(call)
        price = self._model.price(call.model)
        if limits and (limits.tokens, limits.usd) != (None, None):
            spent = await self._ledger.totals(goal_id)
            allowed = affordable(limits, spent, price or FREE, input_tokens, wanted)
            if isinstance(allowed, Exhausted):
                return allowed
            wanted = allowed
        reserved = self._reservation(goal_id, purpose, call.model, input_tokens, wanted, price)
        await self._ledger.reserve(reserved)
        return await self._settled(replace(call, max_tokens=wanted), reserved, price, input_tokens)

    def price(self, model: str) -> Price | None:
        return self._model.price(model)

    async def _settled(
        self, call: ModelCall, reserved: Reservation, price: Price | None, input_tokens: int
    ) -> ModelReply:
        try:
            reply = await self._model.complete(call)
        except CutStream as cut:
            await self._book(reserved, price, input_tokens, 0, cut.output, estimated=True)
            raise
        except ModelUnavailable as away:
            if away.maybe_used:
                await self._book(reserved, price, input_tokens, 0, 0, estimated=True)
            else:
                await self._book(reserved, price, 0, 0, 0, estimated=False)
            raise
        except ModelError:
            await self._book(reserved, price, 0, 0, 0, estimated=False)
            raise
        except asyncio.CancelledError:
            await asyncio.shield(self._in_full(reserved))
            raise
        spent = await self._book(
            reserved, price, reply.fresh, reply.cached, reply.output, estimated=reply.estimated
        )
        return replace(reply, spent=spent)

    async def _book(
        self,
        reserved: Reservation,
        price: Price | None,
        fresh: int,
        cached: int,
        output: int,
        *,
        estimated: bool,
    ) -> Totals:
        usd = price.cost(fresh, cached, output) if price else None
        used = Usage(reserved.model, reserved.purpose, fresh, cached, output, usd, estimated)
        return await self._ledger.settle(reserved.id, reserved.goal_id, used, self._clock.now())

    async def _in_full(self, reserved: Reservation) -> None:
        used = Usage(reserved.model, reserved.purpose, reserved.tokens, 0, 0, reserved.usd, estimated=True)
        await self._ledger.settle(reserved.id, reserved.goal_id, used, self._clock.now())

    def _reservation(
        self, goal_id: str, purpose: Purpose, model: str, input_tokens: int, output: int, price: Price | None
    ) -> Reservation:
        usd = price.cost(input_tokens, 0, output) if price else 0.0
        return Reservation(
            next(self._ids), goal_id, model, purpose, input_tokens + output, usd, self._clock.now()
        )
