"""What a model is told of a long goal: all of it while that fits its window, then a summary and the newest part."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from goals.agents.conversation import SUMMARY as SUMMED
from goals.agents.conversation import Conversation, Live
from goals.domain.values import Goal, Step
from goals.meter import LONGEST_ANSWER, Meter
from goals.models import compaction
from goals.models.prompts import compaction_prompt, put_back
from goals.ports import ModelCall

KEPT, MOST_KEPT = 4, 2
"""A quarter of what a conversation may be stays word for word; half of it, where the last reply needs that."""

WORTH = 10
"""A summary of less than a tenth of that is worth no call."""

SUMMARY = 2_000
"""Tokens, and at most a sixth of what a conversation may be."""

DIGEST = 24_000
"""Tokens of what happened that a summary is made from, and at most half of what a conversation may be."""

LEAST_ANSWER = 256
"""Tokens."""

LEAST_ROOM = 2_000
"""Tokens that a conversation gets where what is told with it leaves less."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is to be summed up: the summary that there is, and the steps behind it up to the last `kept` ones."""

    before: str
    covered: Sequence[Step]
    kept: int
    target: int

    @property
    def longest(self) -> int:
        """Tokens of the summary."""
        return min(SUMMARY, self.target // 6)


@dataclass(frozen=True, slots=True)
class Memory:
    """`share` is how much of the model's window a conversation may take. Sizes in tokens."""

    model: str
    meter: Meter
    share: float = 0.8

    @property
    def window(self) -> int | None:
        return self.meter.window(self.model)

    def full(self, size: int) -> bool:
        """Whether a conversation comes too near to the window; where nobody knows the window, none does."""
        return self.window is not None and size > self.window * self.share

    def answer(self, size: int) -> int | None:
        """How long the answer to a conversation may be; None where the window does not say."""
        if self.window is None or self.window - size >= LONGEST_ANSWER:
            return None
        return max(self.window - size, LEAST_ANSWER)

    def due(self, live: Live) -> Cut | None:
        """What is to be summed up of a conversation that is full; None where that is not worth a call."""
        longest = int((self.window or 0) * self.share)
        return self._cut(live, longest, longest // WORTH)

    def forced(self, live: Live, size: int) -> Cut | None:
        """What is to be summed up of a conversation that the provider found too long, whatever its window is said to be."""
        longest = size if self.window is None else min(size, int(self.window * self.share))
        return self._cut(live, longest // 2, 1)

    def room(self, most: int, beside: int) -> int:
        """How long a conversation may be in a call of at most so many tokens, `beside` of which are told with it."""
        longest = most if self.window is None else min(most, int(self.window * self.share))
        return max(longest - beside, LEAST_ROOM)

    def within(self, goal: Goal, live: Live, room: int) -> Conversation:
        """What is told of a conversation for which there is so much room: all of it where that fits, else its newest
        part after a summary that costs nothing.
        """
        talk, target = live.conversation(), room
        while talk.tokens > room and target >= LEAST_ANSWER:
            talk = self._shortened(goal, live, target).conversation()
            target //= 2
        return talk

    async def call(self, goal: Goal, cut: Cut, timeout: float) -> ModelCall:
        """The call that asks for a summary."""
        room = min(DIGEST, cut.target // 2)
        happened = await asyncio.to_thread(compaction.digest, cut.covered, room)
        messages = compaction_prompt(goal, cut.before, happened, cut.longest)
        return ModelCall(self.model, messages, (), cut.longest, timeout, stream=False)

    def told(self, goal: Goal, cut: Cut, text: str) -> dict[str, Any]:
        """The body of the step that takes the place of what was summed up; without a text of a model we write one."""
        summary = text.strip() or compaction.mechanical(cut.before, cut.covered, cut.longest)
        return {"text": put_back(goal, summary), "summary": summary, "kept": cut.kept}

    def too_long(self, goal: Goal) -> str:
        """What people are told when nothing is left that could be shortened."""
        return (
            f"What the agent of goal {goal.id} has to be told does not fit into the window of {self.model},"
            " even shortened: set `[model] window` to the tokens that it takes, or name a model that takes more."
        )

    def _shortened(self, goal: Goal, live: Live, target: int) -> Live:
        cut = _parted(live, target)
        told = self.told(replace(goal, brief=()), cut, "")
        summary = Step(goal.turn, 0, SUMMED, told, goal.created_at)
        return Live(summary, None, live.steps[len(cut.covered) :], ())

    def _cut(self, live: Live, target: int, least: int) -> Cut | None:
        cut = _parted(live, target)
        return cut if sum(map(compaction.weight, cut.covered)) >= least else None


def _parted(live: Live, target: int) -> Cut:
    """What is summed up of a conversation that may be so long, and what stays word for word."""
    steps = live.steps
    first = compaction.boundary(steps, target // KEPT, target // MOST_KEPT)
    before = live.summary.body["summary"] if live.summary else ""
    return Cut(before, steps[:first], len(steps) - first, target)
