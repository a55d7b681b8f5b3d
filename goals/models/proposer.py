"""The writer of contracts: a model that makes a wish into an objective, criteria, constraints and verifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.errors import BadRequest, ModelError
from goals.domain.usage import Purpose
from goals.domain.values import VerifierSpec
from goals.meter import Meter
from goals.models.prompts.drafting import draft_prompt
from goals.ports import ModelCall, ModelReply

TRIES = 3
LONGEST_ANSWER = 1_500
"""Tokens."""


@dataclass(frozen=True, slots=True)
class NoProposal:
    """The model gave none; `why` is a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Proposer:
    """`presets` are the verifiers that it may name."""

    model: str
    meter: Meter
    timeout: float = 120.0
    presets: Mapping[str, VerifierSpec] = field(default_factory=dict)

    async def propose(self, draft: Draft, fits: Callable[[Asked], None]) -> Asked | NoProposal:
        """Ask until the answer can be read, at most three times; what that costs is booked under the draft's id.

        `fits` raises BadRequest for a contract that no goal could have; such an answer is not one either.
        """
        messages = draft_prompt(draft, self.presets)
        model = draft.given.judge_model or self.model
        call = ModelCall(model, messages, (), LONGEST_ANSWER, self.timeout, stream=False)
        for _ in range(TRIES):
            try:
                reply = await self.meter.ask(draft.id, Purpose.DRAFT, call, None)
            except ModelError as error:
                return NoProposal(f"The model could not be asked: {error}")
            assert isinstance(reply, ModelReply)
            asked = _fitting(drafts.read(reply.text, draft.given), fits)
            if asked is not None:
                return asked
        return NoProposal(f"The model's answer could not be read {TRIES} times in a row.")


def _fitting(asked: Asked | None, fits: Callable[[Asked], None]) -> Asked | None:
    try:
        if asked is not None:
            fits(asked)
    except BadRequest:
        return None
    return asked
