"""What the errors of calls mean; those that come over the wire are in test_llm.py."""

from datetime import UTC, datetime

import pytest

from goals.domain.errors import ModelError, ModelRefused, ModelUnavailable, RateLimited
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
