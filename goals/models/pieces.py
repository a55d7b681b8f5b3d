"""The pieces of a stream as the provider sent them, in OpenAI's form and as plain data.

litellm reads each piece into four objects of its own, which takes a millisecond: more than all else of a long answer.
Where a provider speaks OpenAI's form itself that is not needed, and the pieces are taken as they come.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

Piece = dict[str, Any]


async def pieces(stream: Any, openai: Any, litellm: Any) -> AsyncGenerator[Piece]:
    """What a stream of litellm brings; the counted tokens in litellm's words for them."""
    sent = stream.completion_stream
    if not isinstance(sent, openai.AsyncStream):
        async for piece in _read(stream):
            yield piece
        return
    sent._cast_to = object  # to the client that means: as it came
    async for piece in sent:
        if usage := piece.get("usage"):
            piece["usage"] = litellm.Usage(**usage).model_dump()
        yield piece


async def _read(stream: Any) -> AsyncGenerator[Piece]:
    """What litellm makes of another form."""
    async for chunk in stream:
        if getattr(chunk, "usage", None) is not None:
            break
        yield {"choices": [{"delta": choice.delta.model_dump()} for choice in chunk.choices[:1]]}
    # Its own last chunks may say that an answer ended which did not, or hold its guess of the usage.
    for chunk in stream.chunks:
        if (usage := getattr(chunk, "usage", None)) is not None:
            yield {"usage": usage.model_dump()}
    if stream.received_finish_reason is not None:
        yield {"choices": [{"finish_reason": stream.received_finish_reason}]}
