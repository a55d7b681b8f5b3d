"""A goal spelled as the text that asks for it: what may be copied, changed and said again."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import datetime
from typing import Any

from adapters import grammar
from goals.domain.contract import Asked

_UNSAID = {field.name: field.default for field in fields(Asked)}
# What a channel would change on the way: escapes of platforms, spaces that look like others, halves of characters.
_FRAGILE = re.compile("[&<>\x7f-\x9f\u00a0\u2007\u2009\u200b\u2028\u2029\u202f\u2060\ufeff\ud800-\udfff]")


def spelled(asked: Asked) -> str:
    """The `/goal …` text, which is read as exactly this: the whole spec as JSON, so that nothing in it is an option."""
    spec = {"objective": asked.objective} | {
        _key(option): value
        for option in grammar.OPTIONS
        if option.field in _UNSAID and (value := getattr(asked, option.field)) != _UNSAID[option.field]
    }
    text = json.dumps(spec, ensure_ascii=False, indent=2, default=_plain)
    return f"/goal {_FRAGILE.sub(_escaped, text)}"


def _key(option: grammar.Option) -> str:
    return option.field if option.field in option.spec_names else option.spec_names[0]


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _plain(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
