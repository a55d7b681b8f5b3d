"""How a call of the Web API comes in: by GET or POST, in the address, as a form or as JSON."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.peers.slack.workspace import Refused

LISTS = ("blocks", "attachments", "files", "metadata", "view")


async def arguments(request: web.Request) -> dict[str, Any]:
    """What a method is called with. Raises Refused for a body that Slack cannot read."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return given | {name: _unpacked(name, value) for name, value in body.items()}
    if request.method == "POST":
        form = await request.post()
        given |= {name: str(value) for name, value in form.items()}
    return {name: _unpacked(name, value) for name, value in given.items()}


def _unpacked(name: str, value: Any) -> Any:
    if name not in LISTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused("invalid_blocks_format" if name == "blocks" else "invalid_arguments") from None


def flag(value: Any) -> bool:
    return value in (True, "true", "True", "1", 1)
