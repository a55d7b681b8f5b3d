"""Marks what a provider is to keep in its cache, for those who keep only what is marked: Claude, wherever it runs."""

from __future__ import annotations

from typing import Any

from goals.models import keys
from goals.ports import ModelCall

Message = dict[str, Any]

_HOSTS = ("azure_ai", "bedrock", "openrouter", "vertex_ai")
"""Providers of many models behind which litellm passes the marks on to Claude."""


def marked(call: ModelCall, messages: list[Message]) -> list[Message]:
    """The messages of a call, with marks where its model wants them: three at most, of the four that are allowed.

    A call without tools gets none: to write into the cache costs more, and no later call begins like it.
    """
    if not call.tools or not _wants_marks(call.model):
        return messages
    places = _places(messages)
    return [
        {**message, "cache_control": {"type": "ephemeral"}}
        if n in places and _can_carry(message)
        else message
        for n, message in enumerate(messages)
    ]


def _wants_marks(model: str) -> bool:
    provider = keys.provider(model)
    return provider == "anthropic" or (provider in _HOSTS and "claude" in model.lower())


def _places(messages: list[Message]) -> set[int]:
    """The system message, the end, and where the call before this one ended.

    What that call left in the cache is looked for only some 20 blocks back from a mark, and a step may add more.
    """
    replied = next((n for n in reversed(range(len(messages))) if messages[n]["role"] == "assistant"), 0)
    return {0, _last(messages, replied), _last(messages, len(messages))}


def _last(messages: list[Message], end: int) -> int:
    """The last message before `end` that can carry a mark; the first of all where there is none."""
    return next((n for n in reversed(range(end)) if _can_carry(messages[n])), 0)


def _can_carry(message: Message) -> bool:
    """Anthropic refuses a mark on an empty text. Replies stay as they are: none of them is the end of a call."""
    content = message.get("content")
    return message["role"] != "assistant" and isinstance(content, str) and bool(content.strip())
