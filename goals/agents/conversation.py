"""The conversation of a goal with its model, rebuilt from the stored steps: what was stored is what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from goals.domain.values import Step
from goals.models import estimate
from goals.ports import ToolCall

UNKNOWN = "This call was interrupted and its outcome is unknown: look before you repeat it."

NOT_RUN = "This call was not carried out."

SUMMARY = "summary"

WIND_DOWN: Literal["wind_down"] = "wind_down"
LAST_WORDS: Literal["last_words"] = "last_words"

ASIDE = (WIND_DOWN, LAST_WORDS)
"""Kinds of steps that are told to no model; they may stand between those of a turn that was cut short."""

Message = dict[str, Any]


@dataclass(slots=True)
class Conversation:
    """Grows with the steps, so that no call has to go through all of them again.

    `beside` is what the provider counted on top of our estimate (head and tools included, and it may be less than
    nothing); None until it counted this very conversation.
    """

    said: list[Message] = field(default_factory=list)
    beside: int | None = None
    _open: dict[str, list[Message]] = field(default_factory=dict)
    _settled: int = 0

    @property
    def tokens(self) -> int:
        """Our estimate of what was said."""
        return self._settled + sum(estimate.message(m) for same in self._open.values() for m in same)

    def messages(self, system: str) -> tuple[Message, ...]:
        """The messages of a call: the stable head, then what was said.

        Every tool call gets its result directly after the reply that made it; one without a stored result gets
        the sentence that its outcome is unknown, or that it was not run where it was never begun.
        """
        return ({"role": "system", "content": system}, *self.said)

    def size(self, beside: int) -> int:
        """The input of the next call in tokens; `beside` is our estimate of what is told with it."""
        return self.tokens + (beside if self.beside is None else self.beside)

    def add(self, step: Step) -> None:
        match step.kind:
            case "prompt" | "steer" | "summary":
                self._say({"role": "user", "content": step.body["text"]})
            case "reply":
                self._reply(step)
            case "call":
                self._came(step, UNKNOWN)
            case "result":
                self._came(step, step.body["text"])

    def _reply(self, step: Step) -> None:
        self._settled = self.tokens
        if counted := step.body.get("input"):
            self.beside = counted - self._settled
        self._say(_assistant(step))
        # Some providers give the calls of every reply the same ids.
        self._open = {}
        for call in step.body["calls"]:
            message = {"role": "tool", "tool_call_id": call["id"], "content": NOT_RUN}
            self._open.setdefault(call["id"], []).append(message)
            self.said.append(message)

    def _came(self, step: Step, text: str) -> None:
        """What is known of a call by now."""
        for message in self._open.get(step.body["id"], ()):
            message["content"] = text

    def _say(self, message: Message) -> None:
        self.said.append(message)
        self._settled += estimate.message(message)


@dataclass(frozen=True, slots=True)
class Live:
    """What of a goal's steps is told word for word: `kept` before the last summary was made and `since` then.

    `prompt` is what was asked for in the summary's turn, where that is not among those that were kept.
    """

    summary: Step | None
    prompt: Step | None
    kept: Sequence[Step]
    since: Sequence[Step]

    @property
    def steps(self) -> Sequence[Step]:
        return (*self.kept, *self.since)

    def conversation(self) -> Conversation:
        talk = Conversation()
        for step in (self.summary, self.prompt, *self.kept):
            if step is not None:
                talk.add(step)
        # What providers counted before was a longer conversation.
        talk.beside = None
        for step in self.since:
            talk.add(step)
        return talk


def live(steps: Sequence[Step]) -> Live:
    """The steps of a goal, oldest first, without those that a summary stands for."""
    steps = [step for step in steps if step.kind not in ASIDE]
    last = next((n for n in range(len(steps) - 1, -1, -1) if steps[n].kind == SUMMARY), None)
    if last is None:
        return Live(None, None, (), steps)
    summary = steps[last]
    before = [step for step in steps[:last] if step.kind != SUMMARY]
    first = len(before) - summary.body["kept"]
    prompts = [n for n, s in enumerate(before) if s.kind == "prompt" and s.turn == summary.turn]
    again = before[prompts[-1]] if prompts and prompts[-1] < first else None
    return Live(summary, again, before[first:], steps[last + 1 :])


def open_calls(steps: Sequence[Step]) -> tuple[ToolCall, ...]:
    """The calls of the last reply that have not even been started."""
    last = next((s for s in reversed(steps) if s.kind == "reply"), None)
    if last is None:
        return ()
    touched = {s.body["id"] for s in steps if s.kind in ("call", "result") and s.number == last.number}
    return tuple(call for call in calls(last) if call.id not in touched)


def calls(reply: Step) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(c["id"], c["name"], c["arguments"]) for c in reply.body["calls"])


def _assistant(step: Step) -> Message:
    message: Message = {"role": "assistant", "content": step.body["text"] or None}
    if step.body["calls"]:
        message["tool_calls"] = [
            {
                "id": call["id"],
                "type": "function",
                "function": {"name": call["name"], "arguments": call["arguments"]},
            }
            for call in step.body["calls"]
        ]
    return message
