"""What an agent says and does in a turn, from its stored steps: its words, and a line per tool call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from adapters.figures import cut
from goals.clean import Clean
from goals.domain.values import Step

LINE, WORDS, ALL = 160, 2_000, 6_000
"""Characters of a tool call, of what is said at once, and of all that is told at once."""
TELLING = ("command", "path", "pattern", "text", "question", "need", "reason", "why", "objective")
"""The arguments that say most of a call, the best first."""
LEFT_OUT = "…"


def told(steps: Iterable[Step], clean: Clean) -> str:
    """Empty for steps that tell nothing: prompts, results, and those of agents without a mind.

    `clean` takes out what nobody may read: before anything is cut, since the half of a secret looks like none.
    """
    parts = [part for step in steps if (part := _told(step, clean))]
    return _fitting("\n".join(parts), ALL)


def _told(step: Step, clean: Clean) -> str:
    if step.kind == "reply":
        return _fitting(clean(str(step.body["text"])).strip(), WORDS)
    if step.kind == "call" and "name" in step.body:
        name, said = str(step.body["name"]), _most_telling(str(step.body["arguments"]))
        return f"▸ `{_line(clean(name), clean(said))}`"
    return ""


def _line(name: str, said: str) -> str:
    """A call on one line, which a backtick cannot end."""
    whole = f"{name}: {said}" if said else name
    return cut(whole, LINE).replace("`", "'")


def _most_telling(arguments: str) -> str:
    given = _read(arguments)
    texts: Sequence[str] = [str(given[name]) for name in TELLING if isinstance(given.get(name), str)]
    return texts[0] if texts else ""


def _read(arguments: str) -> dict[str, Any]:
    """What a model wrote may be no JSON at all."""
    try:
        given = json.loads(arguments)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _fitting(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}{LEFT_OUT}"
