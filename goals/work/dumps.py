"""Finds a secret in what `xxd`, `hexdump -C` and `od -tx1` print: its bytes apart, over lines, letters beside them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import accumulate
from string import hexdigits

_LINE = re.compile(
    r"^(?P<kept>[ \t>|+*#-]*+(?:[0-9a-fA-F]{6,16}:?[ \t]++)?+)"
    r"(?P<bytes>(?:[0-9a-fA-F]{2}){1,2}+(?: {1,2}(?:[0-9a-fA-F]{2}){1,2}+(?![^ \n\r|]))*+)"
    r"(?=[ |\r\n]|\Z)[^\n]*+",
    re.MULTILINE,
)
_SIGNS = (b" hh hh hh", b" hhhh hhhh hhhh")
_DIGITS = bytes(ord("h" if chr(n) in hexdigits else " " if n == ord(" ") else ".") for n in range(256))


def clean(text: str, secrets: Collection[bytes], put: str) -> str:
    """The text with `put` for the bytes and letters of each line of a dump in which a part of a secret stands."""
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    if not any(sign in digits for sign in _SIGNS):
        return text
    parts: list[str] = []
    upto = 0
    for block in _blocks(text):
        for line in _telling(block, secrets):
            parts += (text[upto : line.end("kept")], put)
            upto = line.end()
    return "".join((*parts, text[upto:]))


def _blocks(text: str) -> Iterator[list[re.Match[str]]]:
    """The lines of each dump."""
    block: list[re.Match[str]] = []
    for line in _LINE.finditer(text):
        if block and line.start() != block[-1].end() + 1:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _telling(block: list[re.Match[str]], secrets: Collection[bytes]) -> list[re.Match[str]]:
    """The lines in which a part of a secret stands."""
    dumped = [bytes.fromhex(line["bytes"]) for line in block]
    hidden = _marked(b"".join(dumped), secrets)
    ends = accumulate(map(len, dumped))
    return [
        line
        for line, piece, end in zip(block, dumped, ends, strict=True)
        if 1 in hidden[end - len(piece) : end]
    ]


def _marked(whole: bytes, secrets: Collection[bytes]) -> bytearray:
    """A 1 for each byte of a secret, a 0 for all others."""
    marks = bytearray(len(whole))
    for secret in secrets:
        at = whole.find(secret)
        while at >= 0:
            marks[at : at + len(secret)] = b"\1" * len(secret)
            at = whole.find(secret, at + len(secret))
    return marks
