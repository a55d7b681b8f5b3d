"""Which of the files that differ from the base a goal was not to touch."""

from __future__ import annotations

import re
from functools import cache

from goals.domain.values import Goal

LONGEST = 200
"""Characters of a glob."""

_PARTS = re.compile(r"(?:\*\*/)+|\*\*+|\*|\?|[^*?]+")
_MEANS = {"*": "[^/]*", "?": "[^/]"}


def touched(goal: Goal) -> tuple[str, ...]:
    """The protected files that were changed, created or deleted; put back as they were they are none."""
    globs = goal.request.protect
    return tuple(file.path for file in goal.files if any(covers(glob, file.path) for glob in globs))


def covers(glob: str, path: str) -> bool:
    """Whether a glob names a file or a directory above it: `*` stays within a name, `**` does not.

    Without a slash it is meant in every directory, as in a `.gitignore`.
    """
    return _pattern(glob).fullmatch(path) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    inside = glob.strip("/")
    anywhere = "" if "/" in glob.rstrip("/") else "(?:.*/)?"
    return re.compile(f"{anywhere}{''.join(map(_means, _PARTS.findall(inside)))}(?:/.*)?", re.DOTALL)


def _means(part: str) -> str:
    if part.startswith("**"):
        return "(?:.*/)?" if part.endswith("/") else ".*"
    return _MEANS.get(part) or re.escape(part)
