"""The environment that commands see: a few harmless names, never a secret and never our own virtual environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ALLOWED = ("HOME", "LANG", "TMPDIR", "TZ", "USER")


def for_commands(ours: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """What is allowed out of our environment, with what the command itself asks for on top."""
    kept = {name: value for name, value in ours.items() if name in ALLOWED or name.startswith("LC_")}
    return kept | {"PATH": search_path(ours), "TERM": "dumb"} | dict(extra)


def search_path(ours: Mapping[str, str]) -> str:
    """PATH without the directories of a virtual environment that we run in."""
    own = {str(Path(directory) / "bin") for directory in _virtual_environments(ours)}
    parts = ours.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(part for part in parts if part and part.rstrip("/") not in own)


def _virtual_environments(ours: Mapping[str, str]) -> list[str]:
    here = [sys.prefix] if sys.prefix != sys.base_prefix else []
    return here + [ours[name] for name in ("VIRTUAL_ENV",) if ours.get(name)]
