"""The conversation of a goal with its model, rebuilt from the stored steps: what was stored is what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from goals.domain.values import Step
from goals.ports import ToolCall

UNKNOWN = "This call was interrupted and its outcome is unknown: look before you repeat it."

NOT_RUN = "This call was not carried out."

Message = dict[str, Any]


def messages(system: str, steps: Sequence[Step]) -> tuple[Message, ...]:
    """The messages of a call: the stable head, then every stored step in order.

    Every tool call gets its result directly after the reply that made it; one without a stored result gets the
    sentence that its outcome is unknown, or that it was not run where it was never begun.
    """
    return ({"role": "system", "content": system}, *_talk(steps))


def open_calls(steps: Sequence[Step]) -> tuple[ToolCall, ...]:
    """The calls of the last reply that have not even been started."""
    last = next((s for s in reversed(steps) if s.kind == "reply"), None)
    if last is None:
        return ()
    touched = {s.body["id"] for s in steps if s.kind in ("call", "result") and s.number == last.number}
    return tuple(call for call in calls(last) if call.id not in touched)


def calls(reply: Step) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(c["id"], c["name"], c["arguments"]) for c in reply.body["calls"])


def _talk(steps: Sequence[Step]) -> Iterator[Message]:
    results, begun = _results(steps), _begun(steps)
    for place, step in enumerate(steps):
        if step.kind in ("prompt", "steer"):
            yield {"role": "user", "content": step.body["text"]}
        elif step.kind == "reply":
            yield _assistant(step)
            for call in calls(step):
                text = results.get((place, call.id), UNKNOWN if (place, call.id) in begun else NOT_RUN)
                yield {"role": "tool", "tool_call_id": call.id, "content": text}


def _results(steps: Sequence[Step]) -> dict[tuple[int, str], str]:
    """What came of each call, by the place of its reply and its id: some providers give every reply the same ids."""
    found, reply = {}, 0
    for place, step in enumerate(steps):
        if step.kind == "reply":
            reply = place
        elif step.kind == "result":
            found[reply, step.body["id"]] = step.body["text"]
    return found


def _begun(steps: Sequence[Step]) -> set[tuple[int, str]]:
    """The calls that were started, each by the place of its reply and its id."""
    found, reply = set(), 0
    for place, step in enumerate(steps):
        if step.kind == "reply":
            reply = place
        elif step.kind == "call":
            found.add((reply, step.body["id"]))
    return found


def _assistant(step: Step) -> Message:
    message: Message = {"role": "assistant", "content": step.body["text"] or None}
    if step.body["calls"]:
        message["tool_calls"] = [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
            for c in calls(step)
        ]
    return message
