"""Tells from what litellm raises which of our errors it is: whether to wait, to give up, or to ask a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from goals.domain.errors import (
    ContextTooLong,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    NoAccess,
    RateLimited,
)
from goals.models import keys
from goals.ports import ModelCall

LONGEST_MESSAGE = 300

_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum (context|prompt|input) length|(prompt|input) is too long"
    r"|exceeds? (the |your )?(available )?context (limit|window|size)"
    r"|too many input tokens|too many tokens:|exceeds the maximum number of tokens"
    r"|input tokens exceed|request payload size exceeds",
    re.IGNORECASE,
)
"""How providers say that a conversation is too long. Bedrock says of its rate limit `too many tokens, …`."""

_TOO_LONG_CLASS = "ContextWindowExceededError"
_NO_PROVIDER = "LLM Provider NOT provided"
_WORTH_A_WAIT = (408, 409, 425)
_LOST = frozenset(
    (
        *("Timeout", "APITimeoutError", "ReadTimeout", "ReadError", "RemoteProtocolError"),
        *("ClientPayloadError", "ServerDisconnectedError", "ServerTimeoutError"),
    )
)
_NEVER_THERE = frozenset(("ConnectError", "ConnectTimeout", "ClientConnectorError"))

_PREFIX = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception|Timeout)\b[:\s-]*)+")
_ADVICE = re.compile(r"\.? Handle with `litellm\.\w+`\.$")
_MESSAGE = re.compile(r'"message": ?"((?:[^"\\]|\\.)*)"')


def failure(error: Exception, call: ModelCall, now: datetime) -> ModelError:
    """What an error of a call means. `now` is when it was seen, for a Retry-After that is a date."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, TimeoutError):
        return ModelUnavailable(f"{call.model} gave no answer within {call.timeout:g} s.", maybe_used=True)
    return _failure(getattr(error, "original_exception", None) or error, call.model, now)


def _failure(error: Exception, model: str, now: datetime) -> ModelError:
    status = getattr(error, "status_code", None) or 0
    if status == 429:
        sentence = f"The provider of {model} asks us to wait."
        return RateLimited(sentence, retry_after(_headers(error), now))
    if status in (401, 403):
        return NoAccess(no_access(model))
    if _too_long(error, status):
        return ContextTooLong(f"The conversation does not fit into the window of {model}.")
    if 400 <= status < 500 and status not in _WORTH_A_WAIT:
        return ModelRefused(_refused(error, model))
    names = set(_names(error))
    used = bool(names & _LOST) and not names & _NEVER_THERE
    return ModelUnavailable(f"{model} cannot be reached now: {said(error)}", maybe_used=used)


def _too_long(error: Exception, status: int) -> bool:
    """litellm's class says it for the providers that it knows; the rest is told from their words."""
    named = any(cls.__name__ == _TOO_LONG_CLASS for cls in type(error).__mro__)
    return named or status == 413 or bool(_TOO_LONG.search(str(error)))


def no_access(model: str) -> str:
    """Names what to set."""
    return f"The provider of {model} does not let us in: set {keys.SETTING}, or {keys.variable(model)}, to a key that is good."


def said(error: Exception) -> str:
    """The provider's own words, without litellm's around them; one line."""
    text = " ".join(str(getattr(error, "message", None) or error).split())
    text = _ADVICE.sub("", _PREFIX.sub("", text))
    if found := _MESSAGE.search(text):
        text = found[1].replace("\\", "")
    text = text or type(error).__name__
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} …"


def _refused(error: Exception, model: str) -> str:
    if _NO_PROVIDER in str(error):
        return f"Nobody knows whose model {model} is: name the provider before it, as in openai/{model}."
    return f"{model} refuses the call: {said(error)}"


def _names(error: BaseException | None) -> Iterator[str]:
    """The names of an error's classes, and of those of the errors behind it."""
    while error is not None:
        yield from (cls.__name__ for cls in type(error).__mro__)
        error = error.__cause__ or error.__context__


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds to wait; None where the provider does not say, or says what cannot be read.

    The header holds seconds or a date (RFC 9110, section 10.2.3).
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((_aware(until) - now).total_seconds(), 0.0)


def _headers(error: Any) -> dict[str, str]:
    response = getattr(error, "response", None)
    found = {**dict(getattr(response, "headers", None) or {})}
    found |= dict(getattr(error, "litellm_response_headers", None) or {})
    return {str(name).lower(): str(value) for name, value in found.items()}


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
