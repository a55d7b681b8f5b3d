"""Goals written in YAML, read into what JSON would say."""

from __future__ import annotations

import json
from typing import Any

import yaml

from goals.domain import strict_json
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown


def read(text: str) -> Any:
    """What the YAML says, as JSON would. Raises BadRequest for what cannot be read or would grow too large."""
    try:
        _refuse_bombs(text)
        return _as_json(yaml.safe_load(text))
    except yaml.MarkedYAMLError as wrong:
        line = f" (line {wrong.problem_mark.line + 1})" if wrong.problem_mark else ""
        raise BadRequest(f"This is not YAML that can be read{line}: {wrong.problem}.") from None
    except (yaml.YAMLError, ValueError, TypeError) as wrong:
        raise BadRequest(f"This is not YAML that can be read: {shown(wrong)}.") from None


def _refuse_bombs(text: str) -> None:
    """Aliases let a few lines become gigabytes; deep nesting exhausts the reader."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise BadRequest("YAML aliases (`*name`) are not accepted in a goal.")
        if depth > strict_json.MAX_DEPTH:
            raise BadRequest(f"This YAML is nested more than {strict_json.MAX_DEPTH} deep.")


def _as_json(value: Any) -> Any:
    """The value with dates as texts and every key a text, so that it can be stored."""
    return json.loads(json.dumps(value, default=str, allow_nan=False))
