"""Files that a goal was not to touch: which paths they are, and which of them are not as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from goals.domain.bytecode import source
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown
from goals.domain.values import FileChange, Goal

LONGEST = 200
"""Characters of a glob."""

MOST_NAMED = 20
"""Files that a sentence names."""

_PARTS = re.compile(r"(?:\*\*/)+|\*\*+|\*|\?|\[[^\]/]+\]|\{[^{}/]*\}|[^*?\[{]+|.", re.DOTALL)
_MEANS = {"*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a workspace is recorded even where git would ignore it.

    Protected files are looked for in every folder that may hold one, watched ones only where we look anyway and
    in folders that are watched as a whole.
    """

    protected: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()

    def file(self, path: str) -> bool:
        return cover((*self.protected, *self.watched), path)

    def folder(self, path: str) -> bool:
        """Whether to look into a folder that git would ignore."""
        return any(_reaches(glob, path) for glob in self.protected) or cover(self.watched, path)


def read(globs: Iterable[str]) -> tuple[str, ...]:
    """The globs as they are compared. Raises BadRequest for one that names nothing that could be in a workspace."""
    return tuple(map(_read, globs))


def _read(glob: str) -> str:
    read = re.sub(r"/{2,}", "/", re.sub(r"^(?:\./+)+", "/", glob.strip()))
    parts = read.split("/")
    split = any("/" in braces for braces in re.findall(r"\{([^{}]*)\}", read))
    odd = "\\" in read or read.startswith(("!", "~")) or split
    if not read.strip("/") or ".." in parts or ".git" in parts or odd:
        raise BadRequest(
            f"`--protect` wants files of the workspace, like `tests/**` or `*.lock`, not {shown(glob)}."
        )
    return read


def touched(goal: Goal) -> tuple[str, ...]:
    """The protected files that were changed, created or deleted; put back as they were they are none."""
    return among(goal.request.protect, goal.files)


def among(globs: Sequence[str], files: Iterable[FileChange]) -> tuple[str, ...]:
    """Those of the files that one of the globs covers, or that stand where it has a folder."""
    if not globs:
        return ()
    paths = (file.path for file in files)
    return tuple(
        path for path in paths if cover(tuple(globs), path) or any(_stands_in(g, path) for g in globs)
    )


def put_back(files: Sequence[str]) -> str:
    """What the agent is told of protected files that are not as they were."""
    return f"{differ(files)} Put them back; before that the goal cannot be completed."


def differ(files: Sequence[str]) -> str:
    """The sentence that names them."""
    named = ", ".join(f"`{path}`" for path in files[:MOST_NAMED])
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    return f"Protected files differ from how they were at the start: {named}{more}."


def cover(globs: tuple[str, ...], path: str) -> bool:
    """Whether one of several globs covers a path, in one look; bytecode also where they cover what it stands for."""
    patterns, stands_for = _patterns(globs), source(path)
    return bool(patterns.fullmatch(path) or (stands_for and patterns.fullmatch(stands_for)))


def covers(glob: str, path: str) -> bool:
    """Whether a glob names a file or a directory above it: `*` stays within a name, `**` does not.

    Without a slash it is meant in every directory, as in a `.gitignore`. What stands in brackets or braces is
    one of several, and the brackets themselves.
    """
    return cover((glob,), path)


def _reaches(glob: str, folder: str) -> bool:
    """Whether a folder, or something below it, may be covered."""
    if _anywhere(glob):
        return True
    for part, name in zip(_segments(glob), folder.split("/"), strict=False):
        if "**" in part:
            return True
        if not _segment(part).fullmatch(name):
            return False
    return True


def _stands_in(glob: str, path: str) -> bool:
    """Whether a file or link is where a glob that begins with folders' plain names has one of them."""
    parts, names = _segments(glob), path.split("/")
    return not _anywhere(glob) and len(names) < len(parts) and parts[: len(names)] == names


def _anywhere(glob: str) -> bool:
    return "/" not in glob.rstrip("/")


def _segments(glob: str) -> list[str]:
    return glob.strip("/").split("/")


@lru_cache(maxsize=256)
def _patterns(globs: tuple[str, ...]) -> re.Pattern[str]:
    """What is meant in every folder stands together, so that a path is cut up once."""
    names = "|".join(_translated(glob.strip("/")) for glob in globs if _anywhere(glob))
    choices = [_translated(glob.strip("/")) for glob in globs if not _anywhere(glob)]
    choices += [f"(?:.*/)?(?:{names})"] if names else []
    return re.compile(f"(?:{'|'.join(choices) or '(?!)'})(?:/.*)?", re.DOTALL)


@lru_cache(maxsize=256)
def _segment(part: str) -> re.Pattern[str]:
    return re.compile(_translated(part), re.DOTALL)


def _translated(glob: str) -> str:
    return "".join(map(_means, _PARTS.findall(glob)))


def _means(part: str) -> str:
    if part.startswith("**"):
        return "(?:.*/)?" if part.endswith("/") else ".*"
    if part[0] == "[" and len(part) > 2:
        return f"(?:{_class(part[1:-1])}|{re.escape(part)})"
    if part[0] == "{" and len(part) > 2:
        choices = "|".join(map(_translated, part[1:-1].split(",")))
        return f"(?:{choices}|{re.escape(part)})"
    return _MEANS.get(part) or re.escape(part)


def _class(members: str) -> str:
    """One character; a range that runs backwards holds nothing."""
    negated, members = members[0] in "!^", members.lstrip("!^")
    escaped = re.sub(r"([\\\[&~|^])", r"\\\1", re.sub("-{2,}", "-", members))
    try:
        re.compile(f"[{escaped}]")
    except re.error:
        return "(?!)"
    return f"(?!/)[{'^' if negated else ''}{escaped}]"
