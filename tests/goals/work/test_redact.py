"""No secret stands in a text after it was cleaned."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.work.redact import Redactor

SECRET = "hunter2-correct-horse"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("the key is hunter2-correct-horse.", "the key is [redacted]."),
        ("a=hunter2-correct-horse;b=hunter2-correct-horse", "a=[redacted];b=[redacted]"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_a_configured_secret_is_taken_out_everywhere(text: str, cleaned: str) -> None:
    assert Redactor([SECRET]).clean(text) == cleaned


@given(before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_a_configured_secret_is_found_anywhere_inside_base64(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + SECRET.encode() + after).decode()
        cleaned = Redactor([SECRET]).clean(encoded)
        kept = cleaned.replace("[redacted]", "")
        assert "[redacted]" in cleaned and len(kept) < len(encoded) - len(SECRET)


def test_of_two_secrets_the_longer_one_is_taken_whole() -> None:
    assert Redactor(["abcdef", "abcdef-ghijkl"]).clean("abcdef-ghijkl abcdef") == "[redacted] [redacted]"


def test_a_configured_value_too_short_for_a_secret_is_left_alone() -> None:
    assert Redactor(["", "on"]).clean("the sun is on") == "the sun is on"


KEY = "abcdefghij0123456789ABCDEFGHIJ012345"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"key sk-{KEY} end", "key [redacted] end"),
        (f"key sk-proj-{KEY}", "key [redacted]"),
        (f"ghp_{KEY}", "[redacted]"),
        (f"github_pat_11AA_{KEY}", "[redacted]"),
        ("xoxb-1234567890-abcdef", "[redacted]"),
        ("xapp-1-A012345-678901", "[redacted]"),
        ("AKIAABCDEFGHIJKLMNOP", "[redacted]"),
        (f"Authorization: Bearer {KEY}", "Authorization: Bearer [redacted]"),
        ("postgresql://ana:s3cret@db/x", "postgresql://ana:[redacted]@db/x"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\nafter",
            "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nafter",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE cut off", "-----BEGIN PRIVATE KEY-----[redacted]"),
    ],
)
def test_well_known_shapes_of_keys_are_taken_out(text: str, cleaned: str) -> None:
    assert Redactor([]).clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "commit 4583d10b7c9e0f3a2d1c4b5a69788796a5b4c3d2",
        "550e8400-e29b-41d4-a716-446655440000",
        "task-force sk-learn skip-this-long-name-please-now",
        "sk-estimator-doc-link-hover-and-more",
        "the bearer of bad news",
        "http://127.0.0.1:8080/?x=@y",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert Redactor([]).clean(text) == text


def test_cleaning_twice_changes_nothing_more() -> None:
    redactor = Redactor([SECRET])
    once = redactor.clean(f"{SECRET} Bearer {KEY} -----BEGIN PRIVATE KEY-----\nabc")
    assert redactor.clean(once) == once


@pytest.mark.parametrize(
    "unit",
    [
        "-----BEGIN PRIVATE KEY-----",
        "sk-",
        "sk-a",
        "Bearer ",
        "://a:",
        "ghp_aaaa",
        "-----END ",
        "eyJ-",
        "AKIAA",
    ],
)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    redactor = Redactor([SECRET])
    started = time.process_time()
    redactor.clean(unit * (400_000 // len(unit)))
    assert time.process_time() - started < 2
