"""What a line for the shell says: its simple commands in order, also those inside others, as far as can be read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goals.domain.wrappers import unwrapped

DEPTH = 4
"""Lines inside lines that are looked into: `sh -c "…"`, `$(…)`."""

SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash", "fish"))
_OPERATOR = re.compile(r"[();<>|&]+")
_LINE = re.compile(r"[\s;|&]")
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"\\]?)(\w+)\1?")
_INSIDE = re.compile(r"\$\(([^()]*)\)|`([^`]*)`")
_BACKTICKS = re.compile(r"`([^`]*)`")
_QUOTED = re.compile(r"'[^']*'")
_CRUDE = re.compile(r"[();<>|&]+|[^\s();<>|&'\"`]+")


@dataclass(frozen=True, slots=True)
class Simple:
    """One command with its words; `writes` are where its output is sent, `fed` whether a pipe feeds it."""

    words: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    fed: bool = False

    @property
    def name(self) -> str:
        return self.words[0].rsplit("/", 1)[-1] if self.words else ""


def simple_commands(line: str, depth: int = DEPTH) -> list[Simple]:
    """The commands of a line, without what stands before their names (`env A=b`, `timeout 5`)."""
    if depth == 0:
        return []
    bare, documents = without_documents(line)
    found = [one for one in _simple(_tokens(bare)) if one.words or one.writes]
    inner = [text for one in found for text in _inner(one)] + _BACKTICKS.findall(_QUOTED.sub("", bare))
    if any(one.name in SHELLS for one in found):
        inner += documents
    lines = dict.fromkeys(text for text in inner if text.strip() and text != line)
    return [*found, *(each for text in lines for each in simple_commands(text, depth - 1))]


def words(line: str) -> list[str]:
    """Every word of a line, its here-documents left out."""
    return [token for token in _tokens(without_documents(line)[0]) if not _OPERATOR.fullmatch(token)]


def without_documents(line: str) -> tuple[str, list[str]]:
    """A line without its here-documents, and what stands in these."""
    kept: list[str] = []
    documents: list[str] = []
    ends: list[str] = []
    for row in line.replace("\\\n", " ").split("\n"):
        if not ends:
            kept.append(row)
            ends = [found[1] for found in _HEREDOC.findall(row)]
            documents += [""] * bool(ends)
        elif row.strip() == ends[0]:
            ends.pop(0)
        else:
            documents[-1] += row + "\n"
    return "\n".join(kept), documents


def _tokens(line: str) -> list[str]:
    lexer = shlex.shlex(line.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        return list(lexer)
    except ValueError:
        return _CRUDE.findall(line.replace("\n", " ; "))


def _simple(tokens: Sequence[str]) -> Iterator[Simple]:
    said: list[str] = []
    writes: list[str] = []
    fed, target = False, ""
    for token in tokens:
        if not _OPERATOR.fullmatch(token):
            if ">" in target and not (target.endswith("&") and token.lstrip("-").isdigit()):
                writes.append(token)
            elif not target:
                said.append(token)
            target = ""
        elif set(token) & set("<>") and not set(token) & set("();|") - set("|" if ">|" in token else ""):
            target = token
            if said and said[-1].isdigit():
                said.pop()
        else:
            yield Simple(unwrapped(said), tuple(writes), fed)
            said, writes, fed, target = [], [], token in ("|", "|&"), ""
    yield Simple(unwrapped(said), tuple(writes), fed)


def _inner(one: Simple) -> Iterator[str]:
    """The lines that a command carries in its words."""
    for word in (*one.words, *one.writes):
        yield from (a or b for a, b in _INSIDE.findall(word))
    if one.name in SHELLS:
        flags = [n for n, word in enumerate(one.words) if re.fullmatch(r"-[a-z]*c", word)]
        yield from one.words[flags[0] + 1 : flags[0] + 2] if flags else ()
    if one.name == "eval":
        yield " ".join(one.words[1:])
    if one.name == "trap" or one.words[:1] == (":::",):
        yield from one.words[1:]
    if one.words and _LINE.search(one.words[0]):
        yield " ".join(one.words)
    for flag in ("-exec", "-execdir", "-ok", "-okdir"):
        if one.name == "find" and flag in one.words:
            yield shlex.join(one.words[one.words.index(flag) + 1 :])
