"""A goal spelled as the text that asks for it: what may be copied, changed and said again."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import datetime
from typing import Any

from adapters import fields as said
from adapters import grammar
from goals.domain.contract import Asked
from goals.domain.hooks import OF_VERIFIER
from goals.domain.values import Mode, Request, VerifierSpec
from goals.domain.watching import Watch

_UNSAID = {field.name: field.default for field in fields(Asked)}
# What a channel would change on the way: escapes of platforms, spaces that look like others, halves of characters.
_FRAGILE = re.compile("[&<>\x7f-\x9f\u00a0\u2007\u2009\u200b\u2028\u2029\u202f\u2060\ufeff\ud800-\udfff]")


def spelled(asked: Asked) -> str:
    """The `/goal …` text, which is read as exactly this: the whole spec as JSON, so that nothing in it is an option."""
    mode = {} if asked.monitor is None else {"mode": Mode.MONITOR.value}
    spec = {"objective": asked.objective, **mode} | {
        _key(option): value
        for option in grammar.OPTIONS
        if (value := said.value(asked, option.field)) != _UNSAID.get(option.field)
    }
    text = json.dumps(spec, ensure_ascii=False, indent=2, default=_plain)
    return f"/goal {_FRAGILE.sub(_escaped, text)}"


def asked_again(request: Request) -> Asked:
    """What has to be asked for, to get this contract once more."""
    if request.watch is not None:
        return _watched_again(request, request.watch)
    same = {field.name: getattr(request, field.name) for field in fields(request) if field.name in _UNSAID}
    changed = {
        "priority": request.priority or None,
        "verify": tuple(_verifier(spec) for spec in request.verifiers),
        "max_turns": request.budget.turns,
        "max_seconds": request.budget.seconds,
        "max_tokens": request.budget.tokens,
        "max_usd": request.budget.usd,
        "hooks": _hooks(request),
    }
    return Asked(**{**same, **changed})


def _watched_again(request: Request, watch: Watch) -> Asked:
    when = {"cron": watch.cron, "timezone": watch.timezone} if watch.cron else {"every": watch.every}
    more = {"trigger": watch.trigger.value, "repeat": watch.repeat, "stall_after": watch.stall_after}
    unsaid = Watch()
    return Asked(
        request.objective,
        verify=tuple(_verifier(spec) for spec in request.verifiers),
        repo=request.repo,
        branch=request.branch,
        deadline=request.deadline,
        monitor=when | {key: value for key, value in more.items() if value != getattr(unsaid, key)},
        hooks=_hooks(request),
    )


def _hooks(request: Request) -> dict[str, tuple[str | dict[str, Any], ...]]:
    """As they were asked for; those that verifiers bring come by themselves."""
    written = {
        moment.value: tuple(hook.written for hook in hooks if hook.type != OF_VERIFIER)
        for moment, hooks in request.hooks.items()
    }
    return {moment: hooks for moment, hooks in written.items() if hooks}


def _verifier(spec: VerifierSpec) -> dict[str, Any]:
    if spec.name:
        return {"preset": spec.name}
    parts = {"of": [_verifier(part) for part in spec.parts]} if spec.parts else {}
    return {"type": spec.type, **spec.settings, **parts}


def _key(option: grammar.Option) -> str:
    return option.field if option.field in option.spec_names else option.spec_names[0]


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _plain(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
