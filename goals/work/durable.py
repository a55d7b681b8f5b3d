"""Small files of our own, written so that a crash leaves the old one or the new one."""

from __future__ import annotations

import os
from pathlib import Path


def line(path: Path) -> str:
    """What a file of ours says; a pipe or a link that somebody put in its place is not waited for."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)) as file:
        return file.read(1000).strip()


def replace_line(path: Path, text: str) -> None:
    """Write a file durably, or leave the old one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    flush(new)
    new.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
