"""What the settings of verifiers are made of: durations, places inside the workspace, names of variables."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from goals.domain import amounts

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
DEFAULT_TIMEOUT = 120.0
LONGEST_TIMEOUT = 24 * 3600.0

_DRIVE = re.compile(r"[A-Za-z]:")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}", re.ASCII)
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|COOKIE|GOALWARD")


def _seconds(value: Any) -> float:
    seconds = None if isinstance(value, str) and value.strip().isdigit() else amounts.period(value)
    if seconds is None:
        raise ValueError("a duration is a number of seconds, or written like 90s, 5m or 2h")
    if seconds > LONGEST_TIMEOUT:
        raise ValueError("a duration is at most 24h")
    return seconds


def _inside(value: str) -> str:
    """A place inside the workspace, as far as its name tells; links are followed when it is opened."""
    if not value.strip() or "\0" in value:
        raise ValueError("a path is not blank")
    if value.startswith("/") or "\\" in value or _DRIVE.match(value):
        raise ValueError("a path is written from the workspace's own folder, with forward slashes")
    if ".." in value.split("/"):
        raise ValueError("a path stays inside the workspace")
    return value


def _line(value: str) -> str:
    if not value.strip() or "\0" in value:
        raise ValueError("a command is not blank")
    return value


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        raise ValueError("the name of a variable is written like CI or LANG")
    if _SECRET.search(value):
        raise ValueError("a variable that may hold a secret is never handed on")
    return value


Seconds = Annotated[float, BeforeValidator(_seconds)]
InsidePath = Annotated[str, Field(max_length=1000), AfterValidator(_inside)]
Line = Annotated[str, Field(max_length=4000), AfterValidator(_line)]
Variable = Annotated[str, AfterValidator(_variable)]


def place(workspace: Path, path: str) -> Path | None:
    """Where a path of the workspace really is, every link followed but those in circles; None when that is outside.

    Blocks.
    """
    root = os.path.realpath(workspace)
    real = os.path.realpath(f"{root}/{path}")
    return Path(real) if real == root or real.startswith(f"{root.rstrip('/')}/") else None
