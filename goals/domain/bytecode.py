"""What Python has compiled: files that it may run in place of the sources that people read."""

from __future__ import annotations

from pathlib import PurePosixPath

_FOLDER = "__pycache__"
_SUFFIXES = (".pyc", ".pyo")


def compiled(path: str) -> bool:
    """Whether a file is bytecode, or lies where Python keeps it."""
    return path.endswith(_SUFFIXES) or _FOLDER in PurePosixPath(path).parts


def source(path: str) -> str:
    """The source whose place a file of bytecode takes; empty where it takes none."""
    return path[:-1] if path.endswith(_SUFFIXES) and _FOLDER not in PurePosixPath(path).parts else ""
