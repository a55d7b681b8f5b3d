"""The goal language: what somebody wrote after `/goal`, read as a goal to start or as a verb."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters import fields, folding, grammar, options, specs, verbs
from adapters.options import Given
from adapters.verbs import Place, Verb
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown

__all__ = ["MAX_TEXT", "Place", "Start", "Verb", "is_addressed", "parse", "start", "unaddressed"]

MAX_TEXT = 40_000
"""The longest text that is read, in characters."""

_COMMAND = r"/goal(?:@[\w.-]+)?(?=\s|$)"
_MENTION = r"@goalward(?=[\s,:]|$)[,:]?"
_ADDRESS = re.compile(rf"\s*(?:(?P<mention>{_MENTION})(?:\s*{_COMMAND})?|{_COMMAND})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Start:
    """A goal to start. `mentioned`: the bot was mentioned, with nothing but words behind it: no `/goal`, no option,
    no spec. That is a wish to talk about, and in the thread of an unfinished goal a word to its agent.
    """

    asked: Asked
    mentioned: bool = False


def is_addressed(text: str) -> bool:
    """Whether a message is meant for the bot: it begins with `/goal` or with a mention of it."""
    return _ADDRESS.match(folding.unescaped(text)) is not None


def unaddressed(text: str) -> str:
    """The text behind `/goal` or the mention that it begins with."""
    address = _ADDRESS.match(text)
    return text[address.end() :].strip() if address else text.strip()


def parse(text: str, place: Place, now: datetime) -> Start | Verb:
    """Read a text, with or without its leading `/goal` or mention of the bot. `now` (aware) is what deadlines are counted from.

    Raises BadRequest with one sentence for what cannot be read right.
    """
    body = _body(text)
    if not body:
        return Verb("show" if place.thread else "board")
    verb = verbs.read(body, place)
    if verb is not None:
        return verb
    read = _read(body)
    return Start(_asked(read, now), mentioned=_is_mention(text) and not (read.given or read.whole))


def start(text: str, named: Iterable[tuple[str, object]], now: datetime) -> Start:
    """A goal from an objective with its options in it, and from options by name (`("max-turns", "5")`).

    Raises BadRequest with one sentence for what cannot be read right.
    """
    read = _read(_body(text))
    given = (*read.given, *(options.named(name, value) for name, value in named))
    return Start(_asked(replace(read, given=given), now))


@dataclass(frozen=True, slots=True)
class _Read:
    """A goal's text taken apart. `whole`: it was a spec, or stood behind `--`."""

    objective: str
    given: tuple[Given, ...]
    whole: bool = False


def _read(body: str) -> _Read:
    split = options.before(body)
    if split.literal:
        return _Read(split.rest, split.given, whole=True)
    spec = specs.read(split.rest)
    if spec is not None:
        return _Read(spec.objective, (*split.given, *spec.given), whole=True)
    under = options.after(split.rest)
    return _Read(under.rest, (*split.given, *under.given))


def _body(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadRequest(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    return unaddressed(grammar.plain(folding.unescaped(text)))


def _is_mention(text: str) -> bool:
    """Whether a text begins with a mention of the bot and no `/goal` behind it."""
    address = _ADDRESS.match(folding.unescaped(text))
    return address is not None and address["mention"] == address[0].strip()


def _asked(read: _Read, now: datetime) -> Asked:
    asked = Asked(grammar.plain(read.objective).strip())
    for one in read.given:
        asked = _with(asked, one, now)
    _refuse_wrong_links(asked, now)
    return _in_its_mode(asked, read.given)


def _in_its_mode(asked: Asked, given: Iterable[Given]) -> Asked:
    """What was asked as a monitor where that was said. Raises BadRequest for options of monitors elsewhere."""
    if asked.monitor is None:
        return asked
    _, _, switch = grammar.MONITOR.partition(".")
    options_ = {key: value for key, value in asked.monitor.items() if key != switch}
    if asked.monitor.get(switch):
        return replace(asked, monitor=options_)
    for one in given:
        if one.option.field.startswith("monitor.") and one.option.field != grammar.MONITOR:
            raise BadRequest(
                f"`{one.name}` is for goals that only watch: add `--monitor` (in a spec `mode: monitor`)."
            )
    return replace(asked, monitor=None)


def _refuse_wrong_links(asked: Asked, now: datetime) -> None:
    """Raises BadRequest for a goal that a hook is to start and that cannot be read."""
    for moment, written in asked.hooks.items():
        for link in filter(None, map(linked, written)):
            try:
                start(link, (), now)
            except BadRequest as wrong:
                raise BadRequest(f"The goal that `{moment}` is to start cannot be read: {wrong}") from None


def linked(hook: str | dict[str, Any]) -> str:
    """The goal that a hook is to start, as it is written; empty for hooks that start none."""
    if isinstance(hook, dict):
        return str(hook.get("objective") or "") if hook.get("type") == "goal" else ""
    name, _, objective = hook.partition(":")
    return objective.strip() if name.strip() == "goal" else ""


def _with(asked: Asked, given: Given, now: datetime) -> Asked:
    """What was asked with one option more."""
    option = given.option
    value = option.read(given.value)
    if value is None:
        raise BadRequest(f"`{given.name}` wants {option.wants}, not {shown(given.value)}.")
    before = fields.value(asked, option.field)
    if before and not option.many:
        raise BadRequest(f"`{given.name}` is given twice.")
    if option.many:
        value = (*(before or ()), value)
    if option.field == "deadline":
        value = _due(value, now)
    return fields.filled(asked, option.field, value)


def _due(value: datetime | float, now: datetime) -> datetime:
    moment = value if isinstance(value, datetime) else now + timedelta(seconds=value)
    if moment <= now:
        raise BadRequest(f"The deadline {moment:%Y-%m-%d %H:%M} UTC has passed: today is {now:%Y-%m-%d}.")
    return moment
