"""Takes secrets out of a text before anybody reads it: the configured ones first, then well-known shapes of keys."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator

REDACTED = "[redacted]"
SHORTEST = 6
"""Characters; shorter configured values are common words as often as secrets."""

# Every quantifier is bounded or eats what it saw, so that no text takes more than linear time.
SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[\s\S]*?(?:(?=-----END [A-Z ]{0,40}PRIVATE KEY-----)|\Z)",
        r"(\b[Bb]earer\s{1,4})[A-Za-z0-9._~+/=-]{12,}",
        r"(://[^\s:/@]{1,64}:)[^\s/@]{1,256}(?=@)",
        r"(\b)(?:sk|rk|pk)[-_](?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{20,}",
        r"(\b)(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{20,}",
        r"(\b)(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}",
        r"(\b)(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"(\b)AIza[A-Za-z0-9_-]{35}",
    )
)


class Redactor:
    """Knows the configured secrets; `clean` gives the same text with every secret replaced by [redacted]."""

    def __init__(self, secrets: Collection[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(form) for form in longest_first)) if forms else None

    def clean(self, text: str) -> str:
        if self._known:
            text = self._known.sub(REDACTED, text)
        for shape in SHAPES:
            text = shape.sub(rf"\1{REDACTED}", text)
        return text


def _forms(secret: str) -> Iterator[str]:
    yield secret
    for encode in (b64encode, urlsafe_b64encode):
        yield from (form for form in _inside_base64(secret.encode(), encode) if len(form) >= SHORTEST)


def _inside_base64(value: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """The characters that stand for `value` wherever it lies in an encoded text: three ways, by its offset."""
    for offset in range(3):
        encoded = encode(bytes(offset) + value).decode().rstrip("=")
        shared_with_next = (offset + len(value)) % 3 != 0
        yield encoded[(0, 2, 3)[offset] : len(encoded) - shared_with_next]
