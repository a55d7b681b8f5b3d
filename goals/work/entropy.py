"""Finds what looks drawn by lot: long words in which small letters, capitals and digits follow each other at random.

Hashes, digests, UUIDs, paths, URLs, public keys and the names of code are no secrets and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase, digits

SHORTEST = 24
PLAIN = 32
"""Characters, where a word has no capitals, or no small letters."""

SWITCHES, PLAIN_SWITCHES = 0.42, 0.3
"""How many of the places between two characters lead from one kind of character to another: in words of three kinds
by chance 0.62, in names such as `OAuth2Session` some 0.3; in words of two kinds by chance 0.4."""

STRETCH = 4

BEFORE = 300
BLOCK = 8_000
"""Characters before a word that say what it is."""


def _kinds(small: str, capital: str, digit: str, mark: str) -> bytes:
    """A table for bytes: the kind of each character that a word may have, and a blank for all others."""
    table = bytearray(b" " * 256)
    for letters, kind in (
        (ascii_lowercase, small),
        (ascii_uppercase, capital),
        (digits, digit),
        ("+/_-", mark),
    ):
        for letter in letters:
            table[ord(letter)] = ord(kind)
    return bytes(table)


_IN_WORDS = _kinds("w", "w", "w", "w")
_KINDS = _kinds("a", "A", "0", "/")
_LONG = b"w" * SHORTEST

_KNOWN = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?<![A-Za-z0-9])(?:[0-9a-f]{7,32}|[0-9A-F]{7,32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}"
    r"|[0-9a-f]{128})(?![A-Za-z0-9])"
)
_TITLES = re.compile(r"[A-Z][a-z]{2,}")
_DIGEST = re.compile(r"(?:sha-?(?:1|224|256|384|512)|md5|h1)[-:=]", re.IGNORECASE)
_APART = re.compile(r"[\s\"'<>`]")
_PUBLIC = ("AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh", "AAAAGnNr")


def clean(text: str, put: str) -> str:
    """The text with `put` for each word that looks drawn by lot; takes time linear in its length."""
    parts: list[str] = []
    upto, blocks = 0, "-----BEGIN " in text
    for begin, end in _words(text):
        if (
            drawn(text[begin:end])
            and not _stays(text, begin, end)
            and not (blocks and _is_public(text, begin))
        ):
            while text[end : end + 1] == "=":
                end += 1
            parts += (text[upto:begin], put)
            upto = end
    return "".join((*parts, text[upto:])) if parts else text


def drawn(word: str) -> bool:
    """Whether a word looks drawn by lot."""
    kinds = word.encode().translate(_KINDS)
    small, capitals, numbers = kinds.count(b"a"), kinds.count(b"A"), kinds.count(b"0")
    if not numbers or not (small or capitals):
        return False
    switches = sum(map(kinds.count, (b"aA", b"Aa", b"a0", b"0a", b"A0", b"0A")))
    plain = not (small and capitals)
    if switches < (PLAIN_SWITCHES if plain else SWITCHES) * (small + capitals + numbers - 1):
        return False
    left = _KNOWN.sub("", word) if plain else word
    return len(left) >= (PLAIN if plain else SHORTEST) and not _of_names(left, kinds)


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Where the long words are."""
    raw = text.encode("ascii", "replace").translate(_IN_WORDS)
    begin = raw.find(_LONG)
    while begin >= 0:
        end = raw.find(b" ", begin)
        end = len(raw) if end < 0 else end
        yield begin, end
        begin = raw.find(_LONG, end)


def _of_names(word: str, kinds: bytes) -> bool:
    """Whether a third of it are stretches of small letters, so long they are seldom by chance; or half of it are
    words with a capital, with numbers at the end only.
    """
    if 3 * STRETCH * kinds.count(b"a" * STRETCH) > len(kinds):
        return True
    return b"0" not in kinds.rstrip(b"0") and 2 * sum(map(len, _TITLES.findall(word))) > len(word)


def _stays(text: str, begin: int, end: int) -> bool:
    """Whether a word is part of a path, a URL, a digest, an image or an SSH key."""
    if text.startswith(_PUBLIC, begin) or _DIGEST.match(text, begin):
        return True
    if text[begin] == "/" and text.count("/", begin, end) > 1:
        return True
    near = _near(text, begin)
    return "://" in near or near.startswith("data:image/") or bool(_DIGEST.search(near[-8:]))


def _near(text: str, begin: int) -> str:
    """What stands directly before a word, back to a blank or a quote."""
    if begin == 0 or text[begin - 1].isspace():
        return ""
    return _APART.split(text[max(0, begin - BEFORE) : begin])[-1]


def _is_public(text: str, begin: int) -> bool:
    """Whether it stands in a certificate or a public key."""
    block = text.rfind("-----BEGIN ", max(0, begin - BLOCK), begin)
    return block >= 0 and "-----END " not in text[block:begin] and "PRIVATE" not in text[block : block + 50]
