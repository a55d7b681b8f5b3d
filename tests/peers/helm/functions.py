"""The functions that the chart's templates use, as Go and Sprig have them; there are no others."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import yaml

from tests.peers.helm.parse import TemplateError


def true(value: Any) -> bool:
    """What Go's templates take for true: whatever is not empty."""
    return bool(value)


def shown(value: Any) -> str:
    """A value as it is printed. Helm reads the numbers of values as floats, and prints large ones as powers of ten."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and abs(value) >= 1e6:
        raise TemplateError(f"{value} would be printed as a power of ten: quote it, or use `int64`")
    if isinstance(value, dict | list):
        raise TemplateError("a list or a map is printed as Go shows it: use `toYaml`")
    return str(value)


def to_yaml(value: Any) -> str:
    return (
        yaml.safe_dump(value, default_flow_style=False, width=10_000, allow_unicode=True)
        .removesuffix("...\n")
        .removesuffix("\n")
    )


def indent(count: int, text: str) -> str:
    """Every line, empty ones too."""
    return "\n".join(" " * count + line for line in text.split("\n"))


def equal(first: Any, *others: Any) -> bool:
    """Whether one of the others is the first. Values of two kinds cannot be compared, numbers of values to none."""
    if any(type(first) is not type(other) or not isinstance(other, str | bool) for other in others):
        raise TemplateError(f"{first!r} cannot be compared with {others!r}")
    return first in others


def formatted(pattern: str, *values: Any) -> str:
    if pattern.count("%") != len(values) or pattern.count("%s") != len(values):
        raise TemplateError(f"{pattern!r} takes strings only, one for each %s")
    if not all(isinstance(value, str) for value in values):
        raise TemplateError(f"{pattern!r} was given something else than strings: {values!r}")
    return pattern % values


def required(sentence: str, value: Any) -> Any:
    if value is None or value == "":
        raise TemplateError(sentence)
    return value


def fail(sentence: str) -> None:
    raise TemplateError(sentence)


def quote(value: Any) -> str:
    return json.dumps(shown(value), ensure_ascii=False)


def has_key(values: dict[str, Any], key: str) -> bool:
    return key in values


def dictionary(*pairs: Any) -> dict[str, Any]:
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


FUNCTIONS = {
    "default": lambda other, value=None: value if true(value) else other,
    "dict": dictionary,
    "eq": equal,
    "fail": fail,
    "hasKey": has_key,
    "indent": indent,
    "int": int,
    "list": lambda *values: list(values),
    "ne": lambda one, other: not equal(one, other),
    "nindent": lambda count, text: "\n" + indent(count, text),
    "not": lambda value: not true(value),
    "printf": formatted,
    "quote": quote,
    "replace": lambda old, new, text: text.replace(old, new),
    "required": required,
    "sha256sum": lambda text: hashlib.sha256(text.encode()).hexdigest(),
    "toYaml": to_yaml,
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "trunc": lambda count, text: text[:count],
}
