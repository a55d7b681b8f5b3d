"""Which steps of a long conversation a summary is to stand for, and what of them the summary is made from."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from goals.domain.excerpts import SIZE_PER_TOKEN, brief, excerpt, size
from goals.domain.values import Step
from goals.models import estimate

BEGINS = ("prompt", "steer", "reply")
"""Kinds of steps before which a conversation may be cut: never between a reply and the results of its calls."""

TOLD = (*BEGINS, "result")

OUTPUTS = (600, 300, 120, 40)
"""How much is shown of what a call printed; less and less, until all calls fit."""

LONGEST_CALL = 200
LONGEST_WORDS = 600

_TOLD = re.compile(r"<(news|said|found)>\n(.*?)\n</\1>", re.DOTALL)
_WHOSE = {"news": "People said", "said": "People said", "found": "The check had found"}


def weight(step: Step) -> int:
    """About how many tokens of a prompt a step takes."""
    if step.kind not in TOLD:
        return 0
    calls = step.body.get("calls") or ()
    said = [step.body.get("text") or "", *(call["arguments"] for call in calls)]
    return estimate.PER_MESSAGE + sum(map(estimate.tokens, said))


def boundary(steps: Sequence[Step], keep: int, most: int) -> int:
    """The place of the first step that stays word for word.

    The newest steps are kept, as many as have `keep` tokens; the last reply and what came of it also where that
    has up to `most`.
    """
    first, total, replied = len(steps), 0, False
    for place in range(len(steps) - 1, -1, -1):
        step = steps[place]
        total += weight(step)
        if total > (keep if replied else most):
            break
        if step.kind in BEGINS:
            first = place
            replied = replied or step.kind == "reply"
    return first


def digest(steps: Sequence[Step], tokens: int) -> str:
    """What happened, in order and in at most so many tokens: words, calls, both ends of what came of them.

    Where it is too much all the same, the oldest is left out.
    """
    room = int(tokens * SIZE_PER_TOKEN)
    for longest in OUTPUTS:
        told = list(_told(steps, longest))
        if sum(size(line) + 1 for line in told) <= room:
            return "\n".join(told)
    return "\n".join(_newest(told, room))


def mechanical(before: str, steps: Sequence[Step], tokens: int) -> str:
    """A summary that no model wrote; `before` is the one that it takes the place of."""
    old = excerpt(before, int(tokens * SIZE_PER_TOKEN / 2)) if before else ""
    new = digest(steps, tokens - int(size(old) / SIZE_PER_TOKEN))
    return "\n".join(part for part in (old, new) if part)


def _newest(told: Sequence[str], room: int) -> list[str]:
    note, kept = "[… what came earlier is left out …]", []
    room -= size(note) + 1
    for line in reversed(told):
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return [note, *reversed(kept)]


def _told(steps: Sequence[Step], longest: int) -> Iterator[str]:
    for place, step in enumerate(steps):
        if step.kind == "prompt":
            yield f"## Turn {step.turn}"
        if step.kind in ("prompt", "steer"):
            yield from _heard(step, longest)
        elif step.kind == "reply":
            yield from _reply(step, _results(steps[place + 1 :]), longest)


def _heard(step: Step, longest: int) -> Iterator[str]:
    """What a prompt said besides what it always says; of words that came in between, all."""
    told = _TOLD.findall(step.body["text"])
    if step.kind == "steer" and not told:
        yield f"Told meanwhile: {brief(html.unescape(step.body['text']), LONGEST_WORDS)}"
    for name, text in told:
        room = longest if name == "found" else LONGEST_WORDS
        yield f"{_WHOSE[name]}: {brief(html.unescape(text), room)}"


def _results(after: Sequence[Step]) -> dict[str, Step]:
    """What came of the calls of the reply that stands before these steps."""
    found: dict[str, Step] = {}
    for step in after:
        if step.kind == "reply":
            break
        if step.kind == "result":
            found[step.body["id"]] = step
    return found


def _reply(step: Step, results: dict[str, Step], longest: int) -> Iterator[str]:
    if step.body["text"]:
        yield f"The agent said: {brief(step.body['text'], LONGEST_WORDS)}"
    for call in step.body["calls"]:
        what = brief(f"{call['name']} {call['arguments']}", LONGEST_CALL)
        result = results.get(call["id"])
        if result is None:
            yield f"- {what}: nobody knows how it ended"
            continue
        yield f"- {what}: {'failed' if result.body.get('failed') else 'done'}"
        if shown := excerpt(result.body["text"], longest):
            yield shown
