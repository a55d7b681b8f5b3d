"""How many tokens a text has, roughly: for what is reserved before a call, and where a provider does not say."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

PLAIN = b"abcdefghijklmnopqrstuvwxyz \n"
BYTES_PER_TOKEN_PLAIN = 3.8
BYTES_PER_TOKEN_OTHER = 1.2
PER_MESSAGE = 8
PER_TOOL = 16


def tokens(text: str) -> int:
    """Rather too high: English has some 4.5 bytes in a token; capitals, digits, signs, other scripts have fewer."""
    data = text.encode("utf-8", "surrogatepass")
    other = len(data.translate(None, PLAIN))
    return math.ceil((len(data) - other) / BYTES_PER_TOKEN_PLAIN + other / BYTES_PER_TOKEN_OTHER)


def asked(messages: Iterable[Mapping[str, Any]], tools: Iterable[Mapping[str, Any]] = ()) -> int:
    """The input of a call: what its messages say and how its tools are described."""
    return sum(map(message, messages)) + sum(map(tool, tools))


def tool(described: Mapping[str, Any]) -> int:
    """One tool of a call."""
    return PER_TOOL + tokens(json.dumps(described, ensure_ascii=False))


def message(message: Mapping[str, Any]) -> int:
    """One message of a call."""
    content = message.get("content") or ""
    said = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    calls = message.get("tool_calls")
    return PER_MESSAGE + tokens(said) + (tokens(json.dumps(calls, ensure_ascii=False)) if calls else 0)
