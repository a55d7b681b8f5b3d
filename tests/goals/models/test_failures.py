"""What the errors of calls mean; those that come over the wire are in test_llm.py."""

from datetime import UTC, datetime

import pytest

from goals.domain.errors import (
    ContextTooLong,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    NoAccess,
    RateLimited,
)
from goals.models.failures import LONGEST_MESSAGE, failure, retry_after
from goals.ports import ModelCall

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CALL = ModelCall("openai/x", (), timeout=20)


class Refused(Exception):
    def __init__(self, status: int, message: str = "No.") -> None:
        super().__init__(message)
        self.status_code = status


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("60", 60.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 12:01:30", 90.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("99999999999999999999", None),
        ("Sat, 99 Nov 2026 12:01:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_unknown(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}, NOW) == seconds


@pytest.mark.parametrize("status", [400, 404, 405, 422, 451])
def test_a_call_that_the_provider_will_never_take_is_refused(status: int) -> None:
    assert isinstance(failure(Refused(status), CALL, NOW), ModelRefused)


class ContextWindowExceededError(Refused):
    """Named like litellm's class."""


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
        "Your input exceeds the context window of this model.",
        "Input tokens exceed the configured limit of 272000 tokens.",
        "prompt is too long: 205000 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "400 Request payload size exceeds the limit: 4194304 bytes.",
        "Input is too long for requested model.",
        "Too many input tokens. Max input tokens: 42000, request input token count: 57331",
        "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.",
        "the request exceeds the available context size, try increasing it",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    ],
)
def test_every_provider_has_its_words_for_a_conversation_that_is_too_long(message: str) -> None:
    assert isinstance(failure(Refused(400, message), CALL, NOW), ContextTooLong)


def test_the_librarys_class_for_too_long_a_conversation_is_believed_whatever_the_words() -> None:
    assert isinstance(failure(ContextWindowExceededError(400), CALL, NOW), ContextTooLong)
    assert isinstance(failure(Refused(413), CALL, NOW), ContextTooLong)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (429, "Too many tokens, please wait before trying again.", RateLimited),
        (429, "Too many input tokens per minute", RateLimited),
        (403, "Your plan's maximum context length is 8192", NoAccess),
        (400, "`max_tokens` is too large: 200000", ModelRefused),
        (400, "Invalid 'user': string too long. Expected a string with maximum length 64", ModelRefused),
    ],
)
def test_what_only_sounds_like_too_long_is_something_else(
    status: int, message: str, error: type[ModelError]
) -> None:
    assert isinstance(failure(Refused(status, message), CALL, NOW), error)


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504, 529, 0])
def test_what_may_work_later_is_unavailable_and_was_not_charged(status: int) -> None:
    found = failure(Refused(status), CALL, NOW)
    assert isinstance(found, ModelUnavailable) and not found.maybe_used


def test_a_call_that_took_too_long_may_have_been_charged() -> None:
    found = failure(TimeoutError(), CALL, NOW)
    assert isinstance(found, ModelUnavailable) and found.maybe_used
    assert str(found) == "openai/x gave no answer within 20 s."


def test_without_a_retry_after_nobody_knows_how_long() -> None:
    found = failure(Refused(429), CALL, NOW)
    assert isinstance(found, RateLimited) and found.seconds is None


@pytest.mark.parametrize(
    "message",
    [
        "litellm.BadRequestError: OpenAIException - Bad role.",
        "litellm.BadRequestError: litellm.ContentPolicyViolationError: OpenAIException - Bad role.",
        'litellm.BadRequestError: AnthropicException - b\'{"type": "error", "error": {"message": "Bad role."}}\'',
        "AnthropicException - Bad role. Handle with `litellm.BadRequestError`.",
        "Bad\n   role.",
    ],
)
def test_people_read_the_providers_words_without_the_librarys(message: str) -> None:
    assert str(failure(Refused(400, message), CALL, NOW)).rstrip(".") == "openai/x refuses the call: Bad role"


def test_a_long_message_is_cut() -> None:
    assert len(str(failure(Refused(400, "x" * 10_000), CALL, NOW))) < LONGEST_MESSAGE + 50


def test_an_error_of_ours_stays_what_it_is() -> None:
    ours: ModelError = ModelRefused("No.")
    assert failure(ours, CALL, NOW) is ours
