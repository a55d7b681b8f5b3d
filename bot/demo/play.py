"""A script written as prose: a play says something, is given what its tools answered, and says the next thing.

It is played from the conversation alone: what was said and answered before is gone through again each time, so
that it goes on wherever it was, also after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from bot.demo.script import Answer, Request, text_of

Play = Generator[Answer, list[str], Answer]
"""Yields answers with calls, is sent the results of each, and returns its last answer."""

_PROMPT = "# "


def next_of(play: Play, request: Request) -> Answer:
    """What the play says now. All it said since the last prompt was answered already."""
    try:
        answer = next(play)
        for found in results(request.messages):
            answer = play.send(found)
    except StopIteration as end:
        return end.value or Answer()
    return answer


def prompt(messages: Sequence[Mapping[str, Any]]) -> str:
    """What the turn began with; people's words come in between and are no prompt."""
    return text_of(messages[_begin(messages)]) if messages else ""


def results(messages: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """What the tools answered since the last prompt, reply by reply."""
    since = messages[_begin(messages) :]
    found = {m["tool_call_id"]: text_of(m) for m in since if m.get("role") == "tool"}
    for message in since:
        if calls := message.get("tool_calls"):
            yield [found.get(call["id"], "") for call in calls]


def between(text: str, tag: str) -> str:
    """What stands in a prompt between tags; what people and programs said holds no tags."""
    inside = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", text, re.DOTALL)
    return inside[1] if inside else ""


def _begin(messages: Sequence[Mapping[str, Any]]) -> int:
    asked = (n for n, m in enumerate(messages) if m.get("role") == "user" and text_of(m).startswith(_PROMPT))
    return max(asked, default=0)
