"""Puts a model's answer together: from the pieces of a stream, or from an answer that came whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from goals.domain.errors import ModelUnavailable
from goals.models import estimate
from goals.ports import ModelReply, ToolCall

WRITTEN = ("cache_creation_tokens", "cache_write_tokens")
"""What providers call the tokens that they wrote to a cache, in a usage's details."""


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """An answer on its way: text, and tool calls in the order in which they began."""

    text: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
    _at: dict[int, _Call] = field(default_factory=dict)

    def add(self, chunk: Any) -> None:
        """Take up a piece in the form of a chunk of OpenAI's stream."""
        for choice in chunk.choices[:1]:
            self.say(choice.delta)
            for number, part in enumerate(getattr(choice.delta, "tool_calls", None) or ()):
                self._call(part, number)

    @property
    def begun(self) -> bool:
        return bool(self.text or self.thought or self.calls)

    @property
    def output(self) -> int:
        """The tokens of what has come, estimated; at least one."""
        said = [*self.text, *self.thought]
        said += [part for call in self.calls for part in (call.name, *call.arguments)]
        return max(estimate.tokens("".join(said)), 1)

    def reply(self, usages: Sequence[Any], asked: int) -> ModelReply:
        """The answer. `usages` is what the provider counted, in sum so far; where it said nothing, `asked` for the
        input and our estimate stand in."""
        fresh, cached, output = _counted(usages)
        estimated = not (fresh or cached or output)
        if estimated:
            fresh, output = asked, self.output
        calls = tuple(
            ToolCall(call.id or f"call_{number}", call.name, "".join(call.arguments))
            for number, call in enumerate(self.calls, 1)
        )
        written = min(_written(usages), fresh)
        return ModelReply("".join(self.text), calls, fresh, cached, output, estimated, written=written)

    def say(self, delta: Any) -> None:
        if text := getattr(delta, "content", None):
            self.text.append(text)
        if thought := getattr(delta, "reasoning_content", None):
            self.thought.append(thought)

    def _call(self, part: Any, number: int) -> None:
        place = part.index if isinstance(getattr(part, "index", None), int) else number
        call = self._at.get(place)
        # Some providers count every call as number 0: there a new id begins a new call.
        if call is None or (part.id and call.id and part.id != call.id):
            call = self._at[place] = _Call()
            self.calls.append(call)
        call.id = call.id or part.id or ""
        call.name = call.name or part.function.name or ""
        call.arguments.append(part.function.arguments or "")


def whole(response: Any) -> Draft:
    """The draft of an answer that came in one piece. Raises ModelUnavailable for one without content."""
    if not response.choices:
        raise ModelUnavailable("The provider's answer holds no message.")
    message, draft = response.choices[0].message, Draft()
    draft.say(message)
    for number, part in enumerate(message.tool_calls or ()):
        draft.calls.append(
            _Call(part.id or f"call_{number}", part.function.name or "", [part.function.arguments or ""])
        )
    return draft


def _counted(usages: Sequence[Any]) -> tuple[int, int, int]:
    """Fresh input, cached input and output, reasoning included; what was written to a cache is fresh."""
    prompt, output = _most(usages, "prompt_tokens"), _most(usages, "completion_tokens")
    cached = min(_most(_details(usages), "cached_tokens"), prompt)
    return prompt - cached, cached, output


def _written(usages: Sequence[Any]) -> int:
    """What was written to a cache, under whichever of its names."""
    details = _details(usages)
    return max(_most(usages, "cache_creation_input_tokens"), *(_most(details, name) for name in WRITTEN))


def _details(usages: Sequence[Any]) -> list[Any]:
    return [getattr(usage, "prompt_tokens_details", None) for usage in usages]


def _most(values: Sequence[Any], name: str) -> int:
    return max((_number(value, name) for value in values), default=0)


def _number(values: Any, name: str) -> int:
    found = values.get(name) if isinstance(values, dict) else getattr(values, name, None)
    return found if isinstance(found, int) and found > 0 else 0
