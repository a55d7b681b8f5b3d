"""Puts a model's answer together: from the pieces of a stream, or from an answer that came whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from goals.domain.errors import ModelUnavailable
from goals.models import estimate
from goals.ports import ModelReply, ToolCall

_Usage = Mapping[str, Any]

LENGTH = "length"
"""Why an answer ends that was longer than it may be."""

WRITTEN = ("cache_creation_tokens", "cache_write_tokens")
"""What providers call the tokens that they wrote to a cache, in a usage's details."""


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """An answer on its way: text, and tool calls in the order in which they began.

    `usages` is what the provider counted, in sum so far; `finished` says that it told how the answer ends, `cut` that
    this was at its limit of tokens, and `complete` that nothing more is to come but the end of the stream.
    """

    text: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
    usages: list[_Usage] = field(default_factory=list)
    finished: bool = False
    complete: bool = False
    cut: bool = False
    _at: dict[int, _Call] = field(default_factory=dict)

    def add(self, piece: Mapping[str, Any]) -> None:
        """Take up a piece of a stream in OpenAI's form. Raises ModelUnavailable where it ends in an error."""
        if usage := piece.get("usage"):
            self.usages.append(usage)
        for choice in (piece.get("choices") or ())[:1]:
            delta = choice.get("delta") or {}
            self.say(delta)
            for number, part in enumerate(delta.get("tool_calls") or ()):
                self._call(part, number)
            if choice.get("finish_reason") == "error":
                raise ModelUnavailable("the provider could not go on.", maybe_used=True)
            self.finished |= bool(choice.get("finish_reason"))
            self.cut |= choice.get("finish_reason") == LENGTH
        # The count of the whole comes with the end or after it; what comes sooner may be that of a part.
        self.complete |= bool(piece.get("done")) or (self.finished and any(_counted([usage or {}])))

    @property
    def begun(self) -> bool:
        return bool(self.text or self.thought or self.calls)

    @property
    def output(self) -> int:
        """The tokens of what has come, estimated; at least one."""
        said = [*self.text, *self.thought]
        said += [part for call in self.calls for part in (call.name, *call.arguments)]
        return max(estimate.tokens("".join(said)), 1)

    def reply(self, asked: int) -> ModelReply:
        """The answer. Where the provider counted nothing, `asked` for the input and our estimate stand in."""
        fresh, cached, output = _counted(self.usages)
        estimated = not (fresh or cached or output)
        if estimated:
            fresh, output = asked, self.output
        calls = tuple(
            ToolCall(call.id or f"call_{number}", call.name, "".join(call.arguments))
            for number, call in enumerate(self.calls, 1)
        )
        written = min(_written(self.usages), fresh)
        text = "".join(self.text)
        return ModelReply(text, calls, fresh, cached, output, estimated, written=written, cut=self.cut)

    def say(self, message: Mapping[str, Any]) -> None:
        if text := _text(message.get("content")):
            self.text.append(text)
        if thought := _text(message.get("reasoning_content") or message.get("reasoning")):
            self.thought.append(thought)

    def _call(self, part: Mapping[str, Any], number: int) -> None:
        index, call_id, called = part.get("index"), part.get("id"), part.get("function") or {}
        place = index if isinstance(index, int) else number
        call = self._at.get(place)
        # Some providers count every call as number 0: there a new id begins a new call.
        if call is None or (call_id and call.id and call_id != call.id):
            call = self._at[place] = _Call()
            self.calls.append(call)
        call.id = call.id or call_id or ""
        call.name = call.name or called.get("name") or ""
        call.arguments.append(_arguments(called))


def whole(answer: Mapping[str, Any]) -> Draft:
    """The draft of an answer that came in one piece. Raises ModelUnavailable for one without content."""
    if not answer.get("choices"):
        raise ModelUnavailable("The provider's answer holds no message.")
    choice = answer["choices"][0]
    message = choice["message"]
    draft = Draft(usages=[answer.get("usage") or {}], cut=choice.get("finish_reason") == LENGTH)
    draft.say(message)
    for number, part in enumerate(message.get("tool_calls") or ()):
        called = part["function"]
        draft.calls.append(
            _Call(part.get("id") or f"call_{number}", called.get("name") or "", [_arguments(called)])
        )
    return draft


def _text(content: Any) -> str:
    """A content, or what there is of text in its parts."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _arguments(called: Mapping[str, Any]) -> str:
    """As JSON; some servers send them read already, or say with an empty object that they are to come."""
    arguments = called.get("arguments")
    return arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments else ""


def _counted(usages: Sequence[_Usage]) -> tuple[int, int, int]:
    """Fresh input, cached input and output, reasoning included; what was written to a cache is fresh."""
    prompt, output = _most(usages, "prompt_tokens"), _most(usages, "completion_tokens")
    cached = min(_most(_details(usages), "cached_tokens"), prompt)
    return prompt - cached, cached, output


def _written(usages: Sequence[_Usage]) -> int:
    """What was written to a cache, under whichever of its names."""
    details = _details(usages)
    return max(_most(usages, "cache_creation_input_tokens"), *(_most(details, name) for name in WRITTEN))


def _details(usages: Sequence[_Usage]) -> list[_Usage]:
    return [usage.get("prompt_tokens_details") or {} for usage in usages]


def _most(values: Sequence[_Usage], name: str) -> int:
    return max((_number(value.get(name)) for value in values), default=0)


def _number(found: Any) -> int:
    return found if isinstance(found, int) and found > 0 else 0
