"""Finds a configured secret in a text: plain, encoded, wrapped over lines, and the half of it that a cut has left."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator
from html import escape
from urllib.parse import quote, quote_plus

from goals.work import dumps

SHORTEST = 6
"""Characters; shorter configured values are common words as often as secrets."""

FRAGMENT = 8
"""Characters of a secret that are taken out where a text begins, ends or was cut in the middle of it."""

ALIKE = 10
"""Characters that spellings have in common which are sought together: fewer take longer to find."""

MARKS = ">|+*#-"
"""With one of them a line of a quotation or a diff begins."""

_CUT = re.compile(r"\n?\[…[^\[\]\n]{0,80}\]\n?")

_END = r"(?:\r?\n|(?:\\r)?\\n)"
_MARK = rf"(?:[{re.escape(MARKS)}][ \t]*+)?+"
_COLOUR = r"\x1b\[[0-9;?]*+[A-Za-z]"
_NUMBER = r"(?:\d{1,6}(?:\t|[:|│])[ \t]*+)?+"

# Nothing in them is tried twice.
_BREAK = rf"(?:[ \t]*+{_END}[ \t]*+)*+"
_MARKED = rf"(?:[ \t]*+{_END}[ \t]*+{_MARK})*+"
_FRAMED = rf"(?:{_COLOUR}|[ \t]*+(?:[$│][ \t]*+)?+{_END}[ \t]*+{_NUMBER}(?:│[ \t]*+)?+)*+"
_FRAMES = ("\x1b[", "│", "$\n", "$\r\n", "$ \n")
_NUMBERED = re.compile(r"\n *\d{1,6}[\t:|]")


class Secrets:
    """The configured values in all the spellings by which they are found; `put` takes their place."""

    def __init__(self, values: Collection[str], put: str) -> None:
        meant = [value for value in values if len(value) >= SHORTEST and value not in put]
        forms = sorted({form for value in meant for form in spellings(value)}, key=len, reverse=True)
        self._put = put
        self._bytes = tuple(_bytes(value) for value in meant)
        self._forms = _Needles(forms)
        self._wrapped = _Wrapped(forms, put)
        self._long = tuple(
            (form[:FRAGMENT], form[-FRAGMENT:], form) for form in forms if len(form) > FRAGMENT
        )
        self._longest = max(map(len, forms), default=0)

    def clean(self, text: str) -> str:
        """The text with `put` for each secret in it; takes time linear in its length."""
        if not self._bytes:
            return text
        for form in self._forms.within(text):
            text = text.replace(form, self._put)
        text = dumps.clean(text, self._bytes, self._put)
        if "\n" in text or "\\n" in text or "\x1b" in text:
            text = self._wrapped.clean(text)
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


class _Needles:
    """Finds which of many words stand in a text: of those that begin alike their common beginning is sought first."""

    def __init__(self, words: Collection[str]) -> None:
        alike: dict[str, list[str]] = {}
        for word in words:
            alike.setdefault(word[:ALIKE], []).append(word)
        self._groups = tuple(
            (begin if group[1:] else group[0], tuple(group)) for begin, group in alike.items()
        )

    def within(self, text: str) -> list[str]:
        """The longest first."""
        found = [word for begin, group in self._groups if begin in text for word in group if word in text]
        return sorted(found, key=len, reverse=True)


class _Wrapped:
    """Finds what was wrapped into lines, also at its blanks: indented, with a mark, a number, a frame or colours.

    It is looked for in the text without all that first, which is fast.
    """

    def __init__(self, forms: Collection[str], put: str) -> None:
        self._put = put
        flat = tuple(dict.fromkeys("".join(_bare(form)) for form in forms))
        self._whole = _Needles([form for form in flat if " " not in form])
        self._apart = {form.replace(" ", ""): form for form in flat if " " in form}
        self._tight = _Needles(self._apart)

    def clean(self, text: str) -> str:
        for flat, between in _unwrapped(text):
            for form in self._within(flat):
                text = re.sub(_across(form, between), self._put, text)
        return text

    def _within(self, flat: str) -> Iterator[str]:
        yield from self._whole.within(flat)
        if self._apart:
            yield from (self._apart[found] for found in self._tight.within(flat.replace(" ", "")))


def _across(form: str, between: str) -> str:
    return between.join("[ \\t]*+" if char == " " else re.escape(char) for char in form)


def _unwrapped(text: str) -> Iterator[tuple[str, str]]:
    """The text in one line, in each way of which it has signs, and what may then stand between two characters."""
    bare = _bare(text)
    flat = "".join(bare)
    yield flat, _BREAK
    unmarked = "".join(line[1:].lstrip(" \t") if line[:1] in MARKS else line for line in bare)
    if unmarked != flat:
        yield unmarked, _MARKED
    if any(sign in text for sign in _FRAMES) or _NUMBERED.search(text):
        yield re.sub(_FRAMED, "", text), _FRAMED


def _bare(text: str) -> list[str]:
    lines = text.replace("\\r\\n", "\n").replace("\\n", "\n").split("\n")
    return [line.strip(" \t\r") for line in lines]


def spellings(value: str) -> Iterator[str]:
    """The forms in which a value is printed, stored and sent."""
    raw = _bytes(value)
    yield value
    yield from _in_json(value)
    yield from _in_pages(value)
    yield from _in_shells(value)
    for url in (quote(raw, safe=safe) for safe in ("", "/", "!'()*", ";,/?:@&=+$!~*'()#")):
        yield from _both_cases(url)
    yield from _both_cases(quote_plus(raw))
    yield from (raw.hex(), raw.hex().upper())
    for encode, bits in ((b64encode, 6), (urlsafe_b64encode, 6), (b32encode, 5)):
        yield from (form for form in _inside(raw, encode, bits) if len(form) >= SHORTEST)


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _in_json(value: str) -> Iterator[str]:
    """By Python, JavaScript, PHP and Go, and inside another JSON text."""
    for text in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield from (text, text.replace("/", "\\/"))
        by_go = re.sub("[&<>]", lambda found: f"\\u{ord(found[0]):04x}", text)
        yield by_go
        yield from (json.dumps(inner, ensure_ascii=False)[1:-1] for inner in dict.fromkeys((text, by_go)))


def _in_pages(value: str) -> Iterator[str]:
    """In HTML by those who write it."""
    bare = escape(value, quote=False)
    yield from (escape(value), bare)
    for one, two in (("&#39;", "&#34;"), ("&#39;", "&quot;"), ("&#039;", "&quot;"), ("&apos;", "&quot;")):
        yield bare.replace("'", one).replace('"', two)


def _in_shells(value: str) -> Iterator[str]:
    """Between quotes of shells, YAML, SQL and CSV, and with a backslash before what a shell would read."""
    yield from (shlex.quote(value).strip("'"), value.replace("'", "'\\''"))
    yield from (value.replace("'", "''"), value.replace('"', '""'))
    yield re.sub(r'[\\"$`]', r"\\\g<0>", value)
    for read in (r"[ \t\\'\"|&;()<>!{}*\[\]?^$`]", r"[ \t\\'\"|&;()<>!{}*\[\]?^$`,]"):
        yield re.sub(rf"{read}|^[#~]", r"\\\g<0>", value)


def _both_cases(url: str) -> Iterator[str]:
    yield from (url, re.sub("%..", lambda found: found[0].lower(), url))


def _inside(value: bytes, encode: Callable[[bytes], bytes], bits: int) -> Iterator[str]:
    """The characters that stand for `value` wherever it lies in an encoded text, by its offset.

    Each of them holds `bits`; one that it shares with what is around it is left out.
    """
    for offset in range(3 if bits == 6 else 5):
        encoded = encode(bytes(offset) + value).decode()
        yield encoded[-(-8 * offset // bits) : 8 * (offset + len(value)) // bits]
