"""What a scripted model is asked and what it answers: values that a script, a plain function, maps on each other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from operator import add
from typing import Any

_GOAL = re.compile(r"\bgoal ([a-z](?=[a-z0-9]*\d)[a-z0-9]{3})\b")
_TURN = re.compile(r"^# Turn (\d+)", re.MULTILINE)
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a model. `messages` are in the form of the OpenAI chat interface; `nth` counts the calls of this
    model for this goal, from 1. `goal` and `turn` are read from the prompt: "" and 0 where it names none.
    """

    model: str
    messages: tuple[Mapping[str, Any], ...]
    tools: tuple[str, ...] = ()
    stream: bool = False
    max_tokens: int | None = None
    key: str = ""
    nth: int = 1

    @property
    def goal(self) -> str:
        found = _GOAL.search(text_of(self.messages[0])) if self.messages else None
        return found[1] if found else ""

    @property
    def turn(self) -> int:
        turns = _TURN.findall("\n".join(text_of(m) for m in self.messages if m.get("role") == "user"))
        return int(turns[-1]) if turns else 0

    @property
    def last(self) -> str:
        """What was said last: a prompt, or a tool's result."""
        return text_of(self.messages[-1]) if self.messages else ""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; `arguments` given as text are sent as they are, right or wrong."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a call used. `input` includes `cached` and what was `written` to a cache, as the providers count."""

    input: int = 0
    cached: int = 0
    output: int = 0
    written: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(*map(add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says.

    `tokens` stand in for our own count; without `usage` the answer says none. Delays in seconds: before the
    answer, and before each further chunk of a stream. `cut` breaks the connection after so many chunks of a
    stream, or in the middle of a whole answer; `hang` never answers; `full` ends at its limit of tokens.
    """

    text: str = ""
    calls: Sequence[Call] = ()
    tokens: Tokens | None = None
    cached: int = 0
    usage: bool = True
    delay: float = 0.0
    chunk_delay: float = 0.0
    cut: int | None = None
    hang: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """The provider's "no": an HTTP status with the body of an error."""

    status: int
    message: str
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[Request], Answer | Refusal]


def says(*answers: Answer | Refusal | str) -> Script:
    """A script that gives these answers in order, for each goal anew, and the last one for ever."""

    def script(request: Request) -> Answer | Refusal:
        answer = answers[min(request.nth, len(answers)) - 1]
        return Answer(answer) if isinstance(answer, str) else answer

    return script


def counted(request: Request, answer: Answer) -> Tokens:
    """What a call uses: a token for every four characters, begun ones too."""
    if answer.tokens is not None:
        return answer.tokens
    asked = sum(_tokens(text_of(m) + _calls_of(m)) for m in request.messages)
    said = _tokens(answer.text + "".join(call.name + call.text for call in answer.calls))
    return Tokens(asked, min(answer.cached, asked), max(said, 1))


def said_before(request: Request) -> int:
    """The tokens that were sent with an earlier call as well: what a provider would have in its cache."""
    replies = [n for n, message in enumerate(request.messages) if message.get("role") == "assistant"]
    return counted(replace(request, messages=request.messages[: max(replies, default=0)]), Answer()).input


def text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _calls_of(message: Mapping[str, Any]) -> str:
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    return "".join(call["name"] + call["arguments"] for call in calls)


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)
