"""Goals written as JSON or YAML, as the whole text or in a code fence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters import folding, grammar
from adapters.options import Given
from goals.domain import strict_json
from goals.domain.errors import BadRequest
from goals.domain.nearest import nearest, shown

_FENCE = re.compile(r"```[ \t]*(json|ya?ml)?[ \t]*(?=\s|\{)", re.IGNORECASE)
_YAML = re.compile(
    r"(?:objective|condition)\s*:|[A-Za-z_][\w-]*\s*:.*\n(?:.*\n)*?(?:objective|condition)\s*:"
)
_OWN_KEYS = ("objective", "condition", "mode")


@dataclass(frozen=True, slots=True)
class Spec:
    objective: str
    given: tuple[Given, ...]


def read(text: str) -> Spec | None:
    """The spec that a text is; None for a text that is none. Raises BadRequest for one that is wrong."""
    fence = _FENCE.match(text) if text.endswith("```") and text.count("```") == 2 else None
    inside = text[fence.end() : -3].strip() if fence else text
    if inside.startswith("{"):
        return _spec(_json(inside))
    if (fence and fence[1]) or _YAML.match(inside):
        return _spec(_yaml(inside))
    return None


def _json(text: str) -> Any:
    try:
        return strict_json.read(text)
    except ValueError as wrong:
        try:
            return strict_json.read(folding.straight(text))
        except ValueError:
            raise BadRequest(f"This is not JSON that can be read: {wrong}.") from None


def _yaml(text: str) -> Any:
    from adapters import yaml_text  # Few goals are written in YAML, and its library takes a megabyte.

    return yaml_text.read(text)


def _spec(spec: Any) -> Spec:
    if not isinstance(spec, dict):
        raise BadRequest("A goal's spec is an object with an `objective`.")
    given = [one for key, value in spec.items() if key not in _OWN_KEYS for one in _given(key, value)]
    return Spec(_objective(spec), (*_mode(spec.get("mode", "drive")), *given))


def _objective(spec: Mapping[str, Any]) -> str:
    names = [key for key in ("objective", "condition") if key in spec]
    if len(names) != 1:
        raise BadRequest("A goal's spec needs an `objective` (or `condition`), once.")
    value = spec[names[0]]
    if not isinstance(value, str):
        raise BadRequest(f"`{names[0]}` wants a text, not {shown(value)}.")
    return value


def _mode(mode: Any) -> tuple[Given, ...]:
    if mode not in ("drive", "monitor"):
        raise BadRequest(f"There is no mode {shown(mode)}.{nearest(str(mode), ('drive', 'monitor'))}")
    return (Given(grammar.options_by_name()["monitor"], "mode: monitor", True),) if mode == "monitor" else ()


def _given(key: str, value: Any) -> list[Given]:
    """What one key gives. Raises BadRequest for an unknown key and for a value of the wrong type."""
    option = grammar.options_by_key().get(key)
    if option is None:
        raise BadRequest(
            f"There is no key {shown(key)} in a goal.{nearest(key, (*_OWN_KEYS, *grammar.options_by_key()))}"
        )
    if (option.flag and not isinstance(value, bool)) or (option.numeric and _is_number_text(value)):
        raise BadRequest(f"`{key}` wants {_type_wanted(option)}, not the text {shown(value)}.")
    values = value if option.many and isinstance(value, list) else [value]
    return [Given(option, key, _preset(one) if key.startswith("verifier") else one) for one in values]


def _type_wanted(option: grammar.Option) -> str:
    return "true or false" if option.flag else option.wants


def _is_number_text(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9.,_]+\s*", value) is not None


def _preset(value: Any) -> Any:
    """In a spec a text where a verifier is due is a preset's name, never a command."""
    return {"preset": value} if isinstance(value, str) else value
