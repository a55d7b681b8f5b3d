"""What is done when a goal is met, fails or pauses: hooks as they are written, and how their delivery stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from goals.domain import addresses, strict_json
from goals.domain.errors import BadRequest
from goals.domain.nearest import nearest, shown

TARGETS = {"notify": "to", "webhook": "url", "command": "name", "goal": "objective", "resume": "id"}
"""What the text behind the colon is called in the settings of the hooks that everybody knows."""

OF_VERIFIER = "verifier"
"""The type of hooks that nobody writes: a goal's verifier brings its own, with the verifier's type as their target."""

WAKES = "resume"
"""The type of hooks that wake a goal, which their target names."""

WRITTEN = "Hooks are written `notify:@who`, `notify:#channel`, `webhook:URL`, `command:NAME`, `goal:OBJECTIVE` or `resume:ID`."

MOST = 20
"""Hooks that one goal may have for one moment."""

LONGEST = 4_000
MOST_LINKS = 10
"""How many hooks may lead from goal to goal to goal."""


class Moment(StrEnum):
    """When a hook is due."""

    ACHIEVED = "on_achieved"
    FAILED = "on_failed"
    PAUSED = "on_paused"


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook as it was asked for: `notify` with the target `@ana`, `webhook` with its URL, a plugin with `settings`."""

    type: str
    target: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def how(self) -> str:
        """One line that says what it does: `notify: @ana`; of a URL without what may be secret in it."""
        target = addresses.shown(self.target) if self.type == "webhook" else self.target
        return f"{self.type}: {target}" if target else self.type

    @property
    def written(self) -> str | dict[str, Any]:
        """What is to be written, to get this hook once more."""
        if not self.settings:
            return f"{self.type}:{self.target}" if self.target else self.type
        target = {TARGETS[self.type]: self.target} if self.type in TARGETS else {}
        return {"type": self.type, **target, **self.settings}


@dataclass(frozen=True, slots=True)
class HookState:
    """How one hook of one edge stands. `key` is its Idempotency-Key, `row` names it to `goalward hooks retry`.

    `event` is the key of the message that tells of the edge. `at` is when it was delivered or given up, or is tried
    next; `error` says why it was not delivered yet.
    """

    row: int
    goal_id: str
    key: str
    event: str
    moment: Moment
    how: str
    state: Literal["pending", "sent", "dead"]
    attempts: int = 0
    error: str = ""
    at: datetime | None = None


def read(given: str | Mapping[str, Any], known: Collection[str]) -> Hook:
    """A hook as it was written: `notify:@ana`, or an object with a `type`. `known` are the types that are installed.

    Its settings are not looked at here. Raises BadRequest, one sentence with the nearest right name.
    """
    if not isinstance(given, str):
        return _from_object(dict(given), known)
    text = given.strip()
    if len(text) > LONGEST:
        raise BadRequest(f"A hook has {len(text):,} characters; at most {LONGEST:,} are allowed.")
    if text.startswith("{"):
        return _from_object(_json(text), known)
    type_, _, target = (part.strip() for part in text.partition(":"))
    _refuse_unknown(type_, text, known)
    if target.startswith("{") and type_ not in TARGETS:
        return Hook(type_, "", _json(target))
    if type_ in TARGETS and not target:
        raise BadRequest(f"The hook {shown(text)} says nothing behind `{type_}:`. {WRITTEN}")
    return Hook(type_, target if type_ == "goal" else _unlinked(target))


def _from_object(spec: dict[str, Any], known: Collection[str]) -> Hook:
    type_ = spec.pop("type", None)
    if not isinstance(type_, str):
        raise BadRequest(f"A hook needs its `type` as a text.{nearest('', known)}")
    _refuse_unknown(type_, type_, known)
    key = TARGETS.get(type_)
    if key is None:
        return Hook(type_, "", spec)
    target = spec.pop(key, None)
    if not isinstance(target, str) or not target.strip():
        raise BadRequest(f"A `{type_}` hook needs `{key}` as a text.")
    return Hook(type_, target.strip(), spec)


def _unlinked(target: str) -> str:
    """A person, a channel or an address without what platforms make of them: `<@U0123|ana>`, `<@!0123>`, `<https://…>`."""
    match = re.fullmatch(r"<([^|<>]+)(?:\|[^<>]*)?>", target)
    return match[1].replace("@!", "@", 1) if match else target


def _refuse_unknown(type_: str, text: str, known: Collection[str]) -> None:
    if type_ not in known:
        hint = nearest(type_, known)
        raise BadRequest(f"There is no hook {shown(text)}.{hint} {WRITTEN}")


def _json(text: str) -> dict[str, Any]:
    try:
        spec = strict_json.read(text)
    except ValueError as wrong:
        raise BadRequest(f"The hook {shown(text)} is not JSON that can be read: {wrong}.") from None
    if not isinstance(spec, dict):
        raise BadRequest(f"The hook {shown(text)} must be one JSON object.")
    return spec
