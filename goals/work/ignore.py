"""Which files the .gitignore files of a workspace leave out. Whatever they say, an answer never takes long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

MOST_RULES = 1000
LONGEST_RULE = 500

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_PIECE = re.compile(r"\\(.)|(\*+)|(\?)|(\[)|(.)", re.DOTALL)
_CLASS = re.compile(r"\[([!^]?)(\]?(?:\[:[a-z]{1,9}:\]|\\.|[^\]\\])*)\]", re.DOTALL)
_MEMBER = re.compile(r"\[:([a-z]{1,9}):\]|\\?(.)(?:-\\?(.))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one kind: they take files back in, hold for folders only, or are about whole paths."""

    takes_in: bool
    folders: bool
    paths: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Ignores:
    """What holds in one folder: the rules of its own file and of those above, each from where its folder's paths begin."""

    levels: tuple[tuple[int, tuple[Rules, ...]], ...] = ()

    def below(self, inside: str, text: str) -> Ignores:
        """With the file of the folder `inside` (`a/b/`) on top."""
        return Ignores(((len(inside), rules_of(text)), *self.levels))

    def leave_out(self, path: str, *, folder: bool) -> bool:
        """Whether the last rule that fits a path leaves it out."""
        name = path.rpartition("/")[2]
        for start, level in self.levels:
            for rules in level:
                if (folder or not rules.folders) and rules.pattern.fullmatch(
                    path[start:] if rules.paths else name
                ):
                    return not rules.takes_in
        return False


@lru_cache(maxsize=256)
def rules_of(text: str) -> tuple[Rules, ...]:
    """The rules of a file, the last first; neighbours of one kind are one. Those beyond MOST_RULES mean nothing."""
    read = [rule for line in text.removeprefix("\ufeff").splitlines()[:MOST_RULES] if (rule := _rule(line))]
    runs = groupby(reversed(read), key=lambda rule: (rule[0], rule[1], rule[2]))
    return tuple(
        Rules(takes_in, folders, paths, re.compile("|".join(rule[3] for rule in run), re.DOTALL))
        for (takes_in, folders, paths), run in runs
    )


def _rule(line: str) -> tuple[bool, bool, bool, str] | None:
    line = re.sub(r"(?<!\\) +\Z", "", line)
    takes_in = line.startswith("!")
    line = line[takes_in:]
    if not line.strip("/") or line.startswith("#") or len(line) > LONGEST_RULE:
        return None
    folders = line.endswith("/")
    bare = line.removesuffix("/")
    paths = "/" in bare
    try:
        return takes_in, folders, paths, _path(bare.removeprefix("/").split("/"))
    except _NeverFits:
        return None


class _NeverFits(Exception):
    """A class of characters that is not closed."""


def _path(parts: list[str]) -> str:
    """What lies between `**` is looked for once, from the left: going back could not find more.

    The same holds for what lies between the stars of one name, so that no pattern takes more than polynomial
    time.
    """
    parts = ["**" if len(part) > 1 and not part.strip("*") else part for part in parts]
    runs = [list(run) for deep, run in groupby(parts, key=lambda part: part == "**") if not deep]
    if not runs:
        return ".+"
    names = ["/".join(map(_name, run)) for run in runs]
    first = "" if parts[0] == "**" else names.pop(0)
    if not names:
        return first if parts[-1] != "**" else f"{first}/.+"
    last = f"(?>(?:[^/]+/)*?{names.pop()}/).+" if parts[-1] == "**" else rf"(?:[^/]+/)*{names.pop()}"
    middle = "".join(f"(?>(?:[^/]+/)*?{name}/)" for name in names)
    return (f"{first}/" if first else "") + middle + last


def _name(part: str) -> str:
    first, *rest = _fixed(part)
    if not rest:
        return first
    return first + "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1]) + f"[^/]*{rest[-1]}"


def _fixed(part: str) -> list[str]:
    """What stands between the stars of a name."""
    pieces, at = [""], 0
    while at < len(part):
        found = _PIECE.match(part, at)
        if found is None:  # a backslash at the end
            raise _NeverFits
        escaped, stars, any_one, bracket, plain = found.groups()
        at = found.end()
        if stars:
            pieces.append("")
        elif bracket:
            members = _CLASS.match(part, found.start())
            if members is None:
                raise _NeverFits
            pieces[-1] += _class(members[1], members[2])
            at = members.end()
        else:
            pieces[-1] += "[^/]" if any_one else re.escape(escaped or plain)
    return pieces


def _class(negated: str, members: str) -> str:
    body = "".join(_members(members))
    if not body:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{body}]"


def _members(text: str) -> Iterator[str]:
    for found in _MEMBER.finditer(text):
        named, low, high = found.groups()
        if named:
            yield _CLASSES.get(named, "")
        elif high is None:
            yield re.escape(low)
        elif low <= high:
            yield f"{re.escape(low)}-{re.escape(high)}"
