"""The conversations that went on last, kept in mind so that a turn adds only what is new."""

from __future__ import annotations

from collections.abc import Sequence

from goals.agents.conversation import SUMMARY, Conversation, live
from goals.domain.values import Step

REMEMBERED = 50
"""Goals."""


class Talks:
    """Only a help: a conversation that is not kept is made again of its steps."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Sequence[Step], Conversation]] = {}

    def take(self, goal_id: str, steps: Sequence[Step]) -> Conversation:
        """The conversation that these steps of a goal make; whoever takes it may go on with it."""
        before, talk = self._kept.pop(goal_id, ((), Conversation()))
        if not _go_on(before, steps):
            return live(steps).conversation()
        for step in steps[len(before) :]:
            talk.add(step)
        return talk

    def keep(self, goal_id: str, steps: Sequence[Step], talk: Conversation) -> None:
        """`steps` are those that the conversation was made of."""
        self._kept[goal_id] = (steps, talk)
        if len(self._kept) > REMEMBERED:
            del self._kept[next(iter(self._kept))]


def _go_on(before: Sequence[Step], steps: Sequence[Step]) -> bool:
    """Whether the steps are the very same with more behind them, none of which takes the place of others."""
    same = len(before) <= len(steps) and all(one is other for one, other in zip(before, steps, strict=False))
    return same and all(step.kind != SUMMARY for step in steps[len(before) :])
