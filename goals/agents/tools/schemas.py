"""Describes tools to models, as functions of the OpenAI chat interface; the same bytes every time."""

from __future__ import annotations

from functools import cache
from typing import Any

from goals.agents.tools.tool import Tool
from goals.models import estimate

_SAID = ("type", "description", "enum", "items", "properties", "required", "additionalProperties")


@cache
def schema(tool: type[Tool]) -> dict[str, Any]:
    """A tool's schema. It is made once: nobody changes it."""
    arguments = tool.model_json_schema()
    parameters = _plain(arguments, arguments.get("$defs", {}))
    function = {"name": tool.name, "description": parameters.pop("description"), "parameters": parameters}
    return {"type": "function", "function": function}


@cache
def size(tool: type[Tool]) -> int:
    """How long a tool's schema is, estimated, in tokens."""
    return estimate.tool(schema(tool))


def _plain(part: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Only what every provider understands: no titles, limits or defaults, and nothing by reference."""
    if "$ref" in part:
        part = named[part["$ref"].removeprefix("#/$defs/")] | {k: v for k, v in part.items() if k != "$ref"}
    kept = {key: part[key] for key in _SAID if key in part}
    if "items" in kept:
        kept["items"] = _plain(kept["items"], named)
    if "properties" in kept:
        kept["properties"] = {name: _plain(value, named) for name, value in kept["properties"].items()}
    return kept
