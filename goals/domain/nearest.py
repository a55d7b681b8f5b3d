"""What somebody probably meant: the nearest right name, as the end of a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, choices: Iterable[str]) -> str:
    """` Did you mean X?`, else ` There are A, B and C.`, with its leading space; empty without choices."""
    names = {choice.lower(): choice for choice in choices}
    close = get_close_matches(word[:100].lower(), names, n=1)
    if close:
        return f" Did you mean `{names[close[0]]}`?"
    return _all(sorted(names.values()))


def is_near(word: str, choices: Iterable[str]) -> bool:
    """Whether a word looks like a slip of the pen for one of the choices."""
    return bool(get_close_matches(word[:100].lower(), list(choices), n=1, cutoff=0.8))


def shown(value: object) -> str:
    """What somebody wrote, quoted for a sentence: one line, at most 60 characters."""
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _all(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return f" There is only `{names[0]}`."
    listed = [f"`{name}`" for name in names[:12]]
    return f" There are {', '.join(listed[:-1])} and {listed[-1]}."
