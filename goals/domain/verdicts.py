"""Tells whether two checks found the same thing: a finding's text with the noise of its run folded away.

Durations, times, dates, temporary paths, hex ids and process ids are noise. Counts, line numbers, names and
percentages are the finding.
"""

from __future__ import annotations

import re
from hashlib import sha256

LONGEST = 200_000
HEAD = 2_000
TAIL = 4_000

# Every repetition is bounded and every alternative starts at a word's edge or a literal, so that folding
# takes linear time on whatever a stranger's program prints.
_NOISE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII | re.IGNORECASE), put)
    for pattern, put in (
        (r"\x1b\[[0-9;?]{0,20}[a-z]", ""),
        (
            r"(?<![\w/.])(?:/private)?(?:/var/folders|/var/tmp|/dev/shm|/tmp)(?:/[\w.+@-]{1,255}){1,40}",
            "<path>",
        ),
        (r"\btmp[a-z0-9_]{8}\b", "<tmp>"),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<id>"),
        (r"\b0x[0-9a-f]{1,32}\b", "<hex>"),
        (
            r"\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?z\b| ?[+-]\d\d:?\d\d)?)?",
            "<time>",
        ),
        (r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? (?=[a-z]{3}\b|\d)", ""),
        (r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}(?:,? \d{4})?\b", "<time>"),
        (
            r"\b\d{1,3}:\d\d(?::\d\d)?[.,]\d{1,9}\b|\b\d{1,3}:\d\d:\d\d\b|\b[012]?\d:[0-5]\d(?= ?[ap]m\b)",
            "<time>",
        ),
        (r"\b(pid|process|thread|port|seed)([ =:#]{1,3})\d{1,20}\b", r"\1\2<n>"),
        (r"\b(127\.0\.0\.1|localhost|0\.0\.0\.0):\d{1,5}\b", r"\1:<n>"),
        (
            r"(?<![\w.])\d{1,15}(?:\.\d{1,15})?(?:e-?\d{1,3})? ?"
            r"(?:ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|milliseconds?)\b",
            "<duration>",
        ),
        (r"(?:<duration>[ ,]?){2,8}", "<duration>"),
        (r"\b(?=[a-f]{0,64}[0-9])(?=[0-9]{0,64}[a-f])[0-9a-f]{7,128}\b", "<hex>"),
        (r"[ \t\r\f\v]{1,1000}(?=\n|$)|(?<=[ \t])[ \t]{1,1000}", ""),
    )
)


def fold(text: str) -> str:
    """The text without the noise of its run, at most HEAD + TAIL characters: both ends of it.

    Takes linear time; of a text longer than LONGEST characters only the ends are read.
    """
    if len(text) > LONGEST:
        text = text[: LONGEST // 2] + "\n" + text[-LONGEST // 2 :]
    for noise, put in _NOISE:
        text = noise.sub(put, text)
    text = text.strip()
    return text if len(text) <= HEAD + TAIL else text[:HEAD] + text[-TAIL:]


def fingerprint(*texts: str) -> str:
    """The same for findings that differ in noise only: 32 hex digits over the folded texts."""
    return sha256("\0".join(fold(text) for text in texts).encode("utf-8", "replace")).hexdigest()[:32]
