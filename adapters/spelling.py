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
from goals.domain.values import Request, VerifierSpec

_UNSAID = {field.name: field.default for field in fields(Asked)}
# What a channel would change on the way: escapes of platforms, spaces that look like others, halves of characters.
_FRAGILE = re.compile("[&<>\x7f-\x9f\u00a0\u2007\u2009\u200b\u2028\u2029\u202f\u2060\ufeff\ud800-\udfff]")


def spelled(asked: Asked) -> str:
    """The `/goal …` text, which is read as exactly this: the whole spec as JSON, so that nothing in it is an option."""
    spec = {"objective": asked.objective} | {
        _key(option): value
        for option in grammar.OPTIONS
        if (value := said.value(asked, option.field)) != _UNSAID.get(option.field)
    }
    text = json.dumps(spec, ensure_ascii=False, indent=2, default=_plain)
    return f"/goal {_FRAGILE.sub(_escaped, text)}"


def asked_again(request: Request) -> Asked:
    """What has to be asked for, to get this contract once more."""
    same = {field.name: getattr(request, field.name) for field in fields(request) if field.name in _UNSAID}
    changed = {
        "priority": request.priority or None,
        "verify": tuple(_verifier(spec) for spec in request.verifiers),
        "max_turns": request.budget.turns,
        "max_seconds": request.budget.seconds,
        "max_tokens": request.budget.tokens,
        "max_usd": request.budget.usd,
        "hooks": {m.value: tuple(hook.written for hook in hooks) for m, hooks in request.hooks.items()},
    }
    return Asked(**{**same, **changed})


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
