"""Reads the arguments that a model wrote for a tool; what is wrong with them is said in one sentence."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from goals.agents.tools.tool import Refused, Tool
from goals.domain import strict_json
from goals.domain.nearest import nearest, shown

LONGEST = 5_000_000


def read(tool: type[Tool], text: str) -> Tool:
    """The call. An argument that is null counts as not given. Raises Refused."""
    given = {name: value for name, value in _object(tool, text).items() if value is not None}
    try:
        return tool.model_validate(given)
    except ValidationError as wrong:
        raise Refused(_sentence(tool, wrong)) from None


def _object(tool: type[Tool], text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise Refused(
            f"The arguments of `{tool.name}` have {len(text):,} characters; at most {LONGEST:,} are read."
        )
    try:
        given = strict_json.read(text) if text.strip() else {}
    except ValueError as wrong:
        raise Refused(f"The arguments of `{tool.name}` are not JSON that can be read: {wrong}.") from None
    if not _writable(given, text):
        raise Refused(f"The arguments of `{tool.name}` hold half a character, a lone \\ud800 to \\udfff.")
    if not isinstance(given, dict):
        raise Refused(f"The arguments of `{tool.name}` must be one JSON object, not {shown(given)}.")
    return given


def _writable(given: Any, text: str) -> bool:
    if text.isascii() and "\\u" not in text:
        return True
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _sentence(tool: type[Tool], wrong: ValidationError) -> str:
    error = wrong.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"`{tool.name}` has no argument {shown(where)}.{nearest(where, tool.model_fields)}"
    if error["type"] == "missing":
        return f"`{tool.name}` needs `{where}`."
    if error["type"] == "string_pattern_mismatch":
        return f"`{where[:60]}` of `{tool.name}` may not be blank or hold characters like NUL."
    wanted = error["msg"].removeprefix("Input should be ").removeprefix("Input should ")
    return f"`{where[:60]}` of `{tool.name}` wants {wanted}, not {shown(error['input'])}."
