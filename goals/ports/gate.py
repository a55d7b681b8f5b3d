"""Which of an agent's tool calls need a person's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from goals.domain.findings import ActionAsk


@dataclass(frozen=True, slots=True)
class Action:
    """What a tool call would do to the world: `text` is what people read, `exact` all that it is bound to.

    `command` says that the text is a line for the shell.
    """

    text: str
    exact: tuple[str, ...]
    command: bool = False


@dataclass(frozen=True, slots=True)
class Go:
    """The call may be run now, and only now."""


@dataclass(frozen=True, slots=True)
class No:
    """The call is not run; `why` is told to the agent."""

    why: str


class Gate(Protocol):
    """Says which tool calls of a goal's turn need a person's word, and what people said."""

    def passes(self, action: Action) -> bool:
        """Whether nobody needs to be asked."""

    async def word(self, action: Action, call: str, why: str) -> Go | No | ActionAsk:
        """What became of asking about a call, which `call` names for good; `why` is what the agent says of it.

        An answer counts for the action as it was shown: one that has changed since is asked about again.
        """
