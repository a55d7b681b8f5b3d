"""The pieces of a stream as the provider sent them, in OpenAI's form and as plain data.

litellm reads each piece into four objects of its own, which takes a millisecond: more than all else of a long answer.
Where a provider speaks OpenAI's form itself that is not needed, and the pieces are taken as they come.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

Piece = dict[str, Any]

DONE: Piece = {"done": True}
"""The provider has said all that it had to say."""


async def pieces(stream: Any, openai: Any, litellm: Any) -> AsyncGenerator[Piece]:
    """What a stream of litellm brings, to the end of the body: before it is read a connection is not used again. The
    counted tokens are in litellm's words for them. Raises what the libraries raise.
    """
    sent = stream.completion_stream
    if not isinstance(sent, openai.AsyncStream):
        async for piece in _read(stream):
            yield piece
        return
    async for event in sent._iter_events():
        if event.data.startswith("[DONE]"):
            yield DONE
            continue
        piece = event.json()
        if not isinstance(piece, dict):
            continue
        if error := piece.get("error"):
            raise openai.APIError(_words(error), request=sent.response.request, body=error)
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


def _words(error: Any) -> str:
    said = error.get("message") if isinstance(error, dict) else error
    return said if isinstance(said, str) else "an error in the middle of the answer"
