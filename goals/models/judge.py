"""The judge: a model in a context of its own that sees what really happened, and says what is met and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from goals.domain import judgement
from goals.domain.allowance import Exhausted
from goals.domain.errors import CutStream, ModelError, ModelUnavailable, NoAccess, RateLimited
from goals.domain.judgement import Judgement
from goals.domain.usage import Purpose, Totals
from goals.domain.values import Check, Goal, Step
from goals.evidence import Evidence, select
from goals.meter import Meter
from goals.models.prompts.judge import judge_prompt, room
from goals.ports import ModelCall, ModelReply

TRIES = 3
LEAST_ANSWER = 2_000
"""Tokens that an answer may have beside its verdicts; a model that reasons first does it in these."""
ANSWER_EACH = 150
"""Tokens for the verdict on one criterion or constraint, with 300 characters of evidence."""
LONGEST_ANSWER = 16_000
"""Tokens; many models refuse a call that allows more."""

FEW = 250
"""Steps."""
SHORT = 20_000
"""Characters of a diff."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The judge gave none. `final`: to ask again is of no use before people have changed something.

    `busy` where its provider cannot answer now, with the `seconds` that it asks us to wait, if it says so.
    """

    why: str
    final: bool = False
    busy: bool = False
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What the judge says; `used` is what the ledger said after its last call, where that is known."""

    answer: Judgement | NoAnswer
    used: Totals | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """`model` is who is asked where a goal names no judge of its own."""

    model: str
    meter: Meter
    timeout: float = 120.0

    async def judge(
        self,
        goal: Goal,
        check: Check,
        steps: Sequence[Step],
        diff: str,
        claim: str,
        watched: Sequence[str] = (),
    ) -> Word:
        """Ask until the answer can be read, at most three times. The budget may be overdrawn by one call, the last.

        `steps` are the goal's, `diff` is what changed since the base, `claim` what the agent says of it, `watched`
        the changed files that decide what the verifiers find.
        """
        tokens = room(goal, check, watched)
        evidence = await self._evidence(check, steps, diff, claim, tokens)
        messages = judge_prompt(goal, check, evidence, watched)
        asked = goal.request.judge_model or self.model
        verdicts = len(goal.criteria) + len(goal.request.constraints)
        why = f"The judge's answer could not be read {TRIES} times in a row."
        for nth in range(TRIES):
            call = ModelCall(asked, messages, (), longest(verdicts, nth), self.timeout, stream=False)
            try:
                answer = await self.meter.ask(goal.id, Purpose.JUDGE, call, goal.request.budget)
                if overdrawn := isinstance(answer, Exhausted):
                    answer = await self.meter.ask(goal.id, Purpose.JUDGE, call, None)
            except ModelError as error:
                return Word(_unasked(error))
            assert isinstance(answer, ModelReply)
            reply = answer
            read = judgement.read(reply.text, len(goal.criteria), len(goal.request.constraints))
            if read is not None:
                return Word(read, reply.spent)
            if overdrawn:
                why = "The judge's answer could not be read, and the budget is spent."
                break
        return Word(NoAnswer(why, final=True), reply.spent)

    async def _evidence(
        self, check: Check, steps: Sequence[Step], diff: str, claim: str, tokens: int
    ) -> Evidence:
        """Choosing from few steps takes a millisecond; from many it would keep everybody waiting."""
        if len(steps) <= FEW and len(diff) <= SHORT:
            return select(steps, check, diff, claim, budget_tokens=tokens)
        return await asyncio.to_thread(select, steps, check, diff, claim, budget_tokens=tokens)


def longest(verdicts: int, nth: int = 0) -> int:
    """The tokens that an answer with so many verdicts may have, twice as many each time that one could not be read."""
    return min((LEAST_ANSWER + ANSWER_EACH * verdicts) << nth, LONGEST_ANSWER)


def _unasked(error: ModelError) -> NoAnswer:
    """Whether the provider is busy, shuts us out, or the call went wrong in another way."""
    return NoAnswer(
        f"The judge could not be asked: {error}",
        final=isinstance(error, NoAccess),
        busy=isinstance(error, RateLimited | ModelUnavailable | CutStream),
        seconds=error.seconds if isinstance(error, RateLimited) else None,
    )
