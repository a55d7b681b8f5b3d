"""What an examination of the set-up finds, each with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is a whole sentence; `advice` says what to do and is empty where all is well."""

    level: Level
    what: str
    advice: str = ""


def fine(what: str) -> Finding:
    return Finding(Level.OK, what)


def warning(what: str, advice: str) -> Finding:
    return Finding(Level.WARN, what, advice)


def failure(what: str, advice: str) -> Finding:
    return Finding(Level.FAIL, what, advice)
