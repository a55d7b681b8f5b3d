"""The goal language: what somebody wrote after `/goal`, read as a goal to start or as a verb."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters import folding, grammar, options, specs, verbs
from adapters.options import Given
from adapters.verbs import Place, Verb
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown

__all__ = ["MAX_TEXT", "Place", "Start", "Verb", "is_addressed", "parse", "start"]

MAX_TEXT = 40_000
"""The longest text that is read, in characters."""

_ADDRESS = re.compile(r"\s*/goal(?:@[\w.-]+)?(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Start:
    asked: Asked


def is_addressed(text: str) -> bool:
    """Whether a message is meant for the bot: it begins with `/goal`."""
    return _ADDRESS.match(folding.unescaped(text)) is not None


def parse(text: str, place: Place, now: datetime) -> Start | Verb:
    """Read a text, with or without its leading `/goal`. `now` (aware) is what deadlines are counted from.

    Raises BadRequest with one sentence for what cannot be read right.
    """
    body = _body(text)
    if not body:
        return Verb("show" if place.thread else "board")
    return verbs.read(body, place) or _start(body, (), now)


def start(text: str, named: Iterable[tuple[str, object]], now: datetime) -> Start:
    """A goal from an objective with its options in it, and from options by name (`("max-turns", "5")`).

    Raises BadRequest with one sentence for what cannot be read right.
    """
    return _start(_body(text), [options.named(name, value) for name, value in named], now)


def _start(body: str, named: Sequence[Given], now: datetime) -> Start:
    split = options.before(body)
    given = (*split.given, *named)
    if split.literal:
        return Start(_asked(split.rest, given, now))
    spec = specs.read(split.rest)
    if spec is not None:
        return Start(_asked(spec.objective, (*given, *spec.given), now))
    under = options.after(split.rest)
    return Start(_asked(under.rest, (*given, *under.given), now))


def _body(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadRequest(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    plain = grammar.plain(folding.unescaped(text))
    address = _ADDRESS.match(plain)
    return plain[address.end() :].strip() if address else plain.strip()


def _asked(objective: str, given: Sequence[Given], now: datetime) -> Asked:
    asked = Asked(grammar.plain(objective).strip())
    for one in given:
        asked = _with(asked, one, now)
    return asked


def _with(asked: Asked, given: Given, now: datetime) -> Asked:
    """What was asked with one option more. The only place where options that are not built yet are refused."""
    option = given.option
    value = option.read(given.value)
    if value is None:
        raise BadRequest(f"`{given.name}` wants {option.wants}, not {shown(given.value)}.")
    if not option.built:
        raise BadRequest(f"`{given.name}` is not available yet.")
    before = getattr(asked, option.field)
    if before and not option.many:
        raise BadRequest(f"`{given.name}` is given twice.")
    if option.many:
        value = (*before, value)
    if option.field == "deadline":
        value = _due(value, now)
    change: Mapping[str, Any] = {option.field: value}
    return replace(asked, **change)


def _due(value: datetime | float, now: datetime) -> datetime:
    moment = value if isinstance(value, datetime) else now + timedelta(seconds=value)
    if moment <= now:
        raise BadRequest(f"The deadline {moment:%Y-%m-%d %H:%M} UTC has passed: today is {now:%Y-%m-%d}.")
    return moment
