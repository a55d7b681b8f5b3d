"""Finds a configured secret in a text: plain, encoded, wrapped over lines, and the half of it that a cut has left."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator
from html import escape
from urllib.parse import quote, quote_plus

SHORTEST = 6
"""Characters; shorter configured values are common words as often as secrets."""

FRAGMENT = 8
"""Characters of a secret that are taken out where a text begins, ends or was cut in the middle of it."""

MARKS = ">|+*#-"
"""With one of them a line of a quotation or a diff begins."""

_CUT = re.compile(r"\n?\[…[^\[\]\n]{0,80}\]\n?")


class Secrets:
    """The configured values in all the spellings by which they are found; `put` takes their place."""

    def __init__(self, values: Collection[str], put: str) -> None:
        meant = [value for value in values if len(value) >= SHORTEST and value not in put]
        forms = sorted({form for value in meant for form in spellings(value)}, key=len, reverse=True)
        self._put = put
        self._forms = tuple(forms)
        self._wrapped = tuple(_Wrapped(marks, forms, put) for marks in ("", MARKS))
        self._long = tuple(
            (form[:FRAGMENT], form[-FRAGMENT:], form) for form in forms if len(form) > FRAGMENT
        )
        self._longest = max(map(len, forms), default=0)

    def clean(self, text: str) -> str:
        """The text with `put` for each secret in it; takes time linear in its length."""
        if not self._forms:
            return text
        for form in self._forms:
            if form in text:
                text = text.replace(form, self._put)
        if "\n" in text or "\\n" in text:
            for wrapped in self._wrapped:
                text = wrapped.clean(text)
        return self._without_halves(text)

    def _without_halves(self, text: str) -> str:
        if "[…" not in text:
            return self._without_ends(text)
        marks = _CUT.findall(text)
        pieces = [self._without_ends(piece) for piece in _CUT.split(text)]
        return "".join(part for pair in zip(pieces, [*marks, ""], strict=True) for part in pair)

    def _without_ends(self, piece: str) -> str:
        first, last = piece[: self._longest], piece[-self._longest :]
        begin = max(
            (self._rest(first, tail, form) for _, tail, form in self._long if tail in first), default=0
        )
        end = max((self._start(last, head, form) for head, _, form in self._long if head in last), default=0)
        if begin:
            piece = self._put + piece[begin:]
        return piece[:-end] + self._put if end else piece

    def _rest(self, first: str, tail: str, form: str) -> int:
        """How many characters at the beginning are the end of this form."""
        size = first.find(tail) + FRAGMENT
        return size if form.endswith(first[:size]) else 0

    def _start(self, last: str, head: str, form: str) -> int:
        """How many characters at the end are the beginning of this form."""
        size = len(last) - last.rfind(head)
        return size if form.startswith(last[-size:]) else 0


class _Wrapped:
    """Finds what was wrapped into lines, indented or not, that may begin with one of `marks`: in the text without
    them first, which is fast.
    """

    def __init__(self, marks: str, forms: Collection[str], put: str) -> None:
        self._marks, self._put = marks, put
        self._flat = tuple(dict.fromkeys(self._unwrapped(form) for form in forms))

    def clean(self, text: str) -> str:
        flat = self._unwrapped(text)
        for form in self._flat:
            if form in flat:
                text = re.sub(self._between.join(map(re.escape, form)), self._put, text)
        return text

    @property
    def _between(self) -> str:
        """What may stand between two characters. Nothing in it is tried twice."""
        mark = f"(?:[{re.escape(self._marks)}][ \\t]*+)?+" if self._marks else ""
        return rf"(?:[ \t]*+(?:\r?\n|(?:\\r)?\\n)[ \t]*+{mark})*+"

    def _unwrapped(self, text: str) -> str:
        lines = text.replace("\\r\\n", "\n").replace("\\n", "\n").split("\n")
        bare = [line.strip(" \t\r") for line in lines]
        if self._marks:
            bare = [line[1:].lstrip(" \t") if line[:1] in self._marks else line for line in bare]
        return "".join(bare)


def spellings(value: str) -> Iterator[str]:
    """The forms in which a value is printed, stored and sent."""
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    yield json.dumps(json.dumps(value)[1:-1])[1:-1]
    yield from (escape(value), escape(value, quote=False))
    for url in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield from (url, re.sub("%..", lambda found: found[0].lower(), url))
    yield from (raw.hex(), raw.hex().upper())
    for encode in (b64encode, urlsafe_b64encode):
        yield from (form for form in _inside_base64(raw, encode) if len(form) >= SHORTEST)


def _inside_base64(value: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """The characters that stand for `value` wherever it lies in an encoded text: three ways, by its offset."""
    for offset in range(3):
        encoded = encode(bytes(offset) + value).decode().rstrip("=")
        shared_with_next = (offset + len(value)) % 3 != 0
        yield encoded[(0, 2, 3)[offset] : len(encoded) - shared_with_next]
