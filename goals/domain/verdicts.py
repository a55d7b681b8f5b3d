"""Tells whether two checks found the same thing: a finding's text with the noise of its run folded away.

Durations, times, dates, temporary paths, hex ids and process ids are noise. Counts, line numbers, names and
percentages are the finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from goals.domain.values import Verdict, VerifierKind

LONGEST = 200_000
HEAD = 2_000
TAIL = 4_000
LONGEST_REASON = 500
_MARK = 100
"""Characters that say what was left out between the two."""

_HALF = re.compile(r"\S{0,500}")

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERED = ("pid", "process", "thread", "port", "seed")


def _digits_before(mark: str) -> tuple[str, ...]:
    return tuple(f"{digit}{mark}" for digit in "0123456789")


# A pattern is looked for only where one of the words that it needs is there: most texts have few of them.
# Every repetition is bounded and every alternative starts at a word's edge or a literal, so that folding
# takes linear time on whatever a stranger's program prints.
_NOISE: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.ASCII | re.IGNORECASE), put, needs)
    for pattern, put, needs in (
        (r"\x1b\[[0-9;?]{0,20}[a-z]", "", ("\x1b",)),
        (
            r"(?<![\w/.])(?:/private)?(?:/var/folders|/var/tmp|/dev/shm|/tmp)(?:/[\w.+@-]{1,255}){1,40}",
            "<path>",
            ("/var/folders/", "/var/tmp/", "/dev/shm/", "/tmp/"),
        ),
        (r"\btmp[a-z0-9_]{8}\b", "<tmp>", ("tmp",)),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<id>", ("-",)),
        (r"\b0x[0-9a-f]{1,32}\b", "<hex>", ("0x",)),
        (
            r"\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?z\b| ?[+-]\d\d:?\d\d)?)?",
            "<time>",
            _digits_before("-"),
        ),
        (r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? (?=[a-z]{3}\b|\d)", "", _DAYS),
        (
            r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}(?:,? \d{4})?\b",
            "<time>",
            _MONTHS,
        ),
        (
            r"\b\d{1,3}:\d\d(?::\d\d)?[.,]\d{1,9}\b|\b\d{1,3}:\d\d:\d\d\b|\b[012]?\d:[0-5]\d(?= ?[ap]m\b)",
            "<time>",
            _digits_before(":"),
        ),
        (r"\b(pid|process|thread|port|seed)([ =:#]{1,3})\d{1,20}\b", r"\1\2<n>", _NUMBERED),
        (
            r"\b(127\.0\.0\.1|localhost|0\.0\.0\.0):\d{1,5}\b",
            r"\1:<n>",
            ("127.0.0.1:", "localhost:", "0.0.0.0:"),
        ),
        (
            r"(?<![\w.])\d{1,15}(?:\.\d{1,15})?(?:e-?\d{1,3})? ?"
            r"(?:ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|milliseconds?)\b",
            "<duration>",
            ("",),
        ),
        (r"(?:<duration>[ ,]?){2,8}", "<duration>", ("<duration>",)),
        (r"\b(?=[0-9a-f]{7})(?=[a-f]{0,64}[0-9])(?=[0-9]{0,64}[a-f])[0-9a-f]{7,128}\b", "<hex>", ("",)),
        (r"[ \t\r\f\v]{1,1000}(?=\n|$)|(?<=[ \t])[ \t]{1,1000}", "", ("  ", " \n", "\t", "\r", "\f", "\v")),
    )
)


def piece(text: str, begin: int, end: int) -> str:
    """The characters from `begin` to `end` without the words that this cuts in two: half a secret hides in no shape."""
    first, last = _HALF.match(text[begin:end]), _HALF.match(text[begin:end][::-1])
    assert first and last
    if begin > 0 and not text[begin - 1].isspace():
        begin += first.end()
    if end < len(text) and not text[end].isspace():
        end -= last.end()
    return text[begin:end]


def ends(text: str) -> str:
    """A stranger's text that has not been cleaned: whole, or its head and its tail, cut between words."""
    if len(text) <= HEAD + TAIL:
        return text
    return f"{piece(text, 0, HEAD)}\n[…]\n{piece(text, len(text) - TAIL, len(text))}"


def fold(text: str) -> str:
    """The text without the noise of its run, at most HEAD + TAIL characters: both ends of it.

    Takes linear time; of a text longer than LONGEST characters only the ends are read.
    """
    if len(text) > LONGEST:
        text = text[: LONGEST // 2] + "\n" + text[-LONGEST // 2 :]
    lowered = text.lower()
    for noise, put, needs in _NOISE:
        if _has_one(needs, lowered):
            text = noise.sub(put, text)
            lowered = text.lower()
    text = text.strip()
    return text if len(text) <= HEAD + TAIL else text[:HEAD] + text[-TAIL:]


def _has_one(needs: Sequence[str], text: str) -> bool:
    """A loop: as `any` over a generator it took a third of a check."""
    for need in needs:  # noqa: SIM110
        if need in text:
            return True
    return False


def fingerprint(*texts: str) -> str:
    """The same for findings that differ in noise only: 32 hex digits over the folded texts."""
    return sha256("\0".join(fold(text) for text in texts).encode("utf-8", "replace")).hexdigest()[:32]


def read(found: Any) -> Verdict:
    """What a verifier gave. Raises TypeError for what is no verdict."""
    if not isinstance(found, Verdict):
        raise TypeError(f"it gave {found.__class__.__name__}, which is no verdict")
    if wrong := [name for name, fits in _FIELDS.items() if not fits(getattr(found, name))]:
        raise TypeError(f"its verdict has a wrong `{wrong[0]}`")
    return found


def whole(found: Verdict) -> Verdict:
    """The verdict as it is kept: a reason of one line, both ends of the evidence, a finite value, a fingerprint."""
    reason = " ".join(found.reason.split())
    return replace(
        found,
        reason=reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…",
        evidence=bounded(found.evidence),
        value=_finite(found.value),
        fingerprint=found.fingerprint or fingerprint(found.reason, found.evidence),
    )


def bounded(text: str, longest: int = HEAD + TAIL) -> str:
    """A text's head and tail, a third and two thirds of `longest` characters; the end is what matters."""
    if len(text) <= longest + _MARK:
        return text
    head = longest * HEAD // (HEAD + TAIL)
    return f"{text[:head]}\n[… {len(text)} characters in all …]\n{text[head - longest :]}"


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and abs(value) < _HUGE else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


_HUGE = 1e300
_FIELDS: dict[str, Callable[[Any], bool]] = {
    "met": lambda met: met is None or isinstance(met, bool),
    "reason": _is_text,
    "evidence": _is_text,
    "exit_code": lambda code: code is None or type(code) is int,
    "value": _is_number,
    "fingerprint": _is_text,
    "kind": lambda kind: kind is None or isinstance(kind, VerifierKind),
    "again": lambda at: at is None or (isinstance(at, datetime) and at.tzinfo is not None),
}
