"""The models of a provider, and the ledger of what every call used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from goals.domain.usage import Price, Reservation, Totals, Usage
from goals.domain.values import (
    Step,
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for; `arguments` is its JSON text as it came."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request: messages and tools in the form of the OpenAI chat interface. `timeout` in seconds.

    Without `stream` the answer comes whole: cheaper for us, but until it is there nothing of it is known.
    `tokens` is an estimate of the input, where it was counted already.
    """

    model: str
    messages: tuple[dict[str, Any], ...]
    tools: tuple[dict[str, Any], ...] = ()
    max_tokens: int | None = None
    timeout: float = 120.0
    stream: bool = True
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ModelReply:
    """`fresh` and `cached` are input tokens that do not overlap. `estimated`: the provider gave no usage.

    `spent` is what the goal has used in all, once the call is settled. `written` is the part of `fresh` that the
    provider wrote to its cache, at a price of its own. `cut`: the answer ended at its limit of tokens.
    """

    text: str
    calls: tuple[ToolCall, ...] = ()
    fresh: int = 0
    cached: int = 0
    output: int = 0
    estimated: bool = False
    spent: Totals | None = None
    written: int = 0
    cut: bool = False


class Model(Protocol):
    """The models of a provider. No retries, no memory, no prices of its own invention."""

    async def complete(self, call: ModelCall) -> ModelReply:
        """One call, one answer. Raises the ModelErrors of `goals.domain.errors`."""

    def count(self, call: ModelCall) -> int:
        """An estimate of the call's input in tokens, rather too high than too low."""

    def price(self, model: str) -> Price | None:
        """None for a model whose price nobody knows."""

    def window(self, model: str) -> int | None:
        """The most tokens a call may have, input and output; None when unknown."""


class Ledger(Protocol):
    """What every model call used: reserved before, settled after. Rows are never changed."""

    async def reserve(self, reservation: Reservation, before: Sequence[Step] = ()) -> None:
        """Store the worst case of a call, and the steps that lead to it, before it is made. Raises StaleGoal, with
        nothing stored, when the goal's epoch is no longer the steps'.
        """

    async def settle(
        self, reservation_id: str, goal_id: str, usage: Usage, at: datetime, *, replies: Sequence[Step] = ()
    ) -> Totals:
        """Book a call and close its reservation; doing it again changes nothing. Returns the goal's totals.

        The answer's steps, `replies`, are stored in the same transaction; raises StaleGoal, with the call booked all
        the same, when the goal's epoch is no longer theirs.
        """

    async def settle_open(self, goal_id: str, at: datetime) -> int:
        """Book what a crash left open in full, marked estimated. Returns how many calls that were."""

    async def totals(self, goal_id: str) -> Totals: ...

    async def totals_of(self, goal_ids: Sequence[str]) -> dict[str, Totals]:
        """Those of many goals at once."""
