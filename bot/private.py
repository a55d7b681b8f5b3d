"""Makes directories that nobody else on this machine can look into."""

from __future__ import annotations

from pathlib import Path


def make(directory: Path) -> None:
    """Make a directory and the ones above it that are missing, for their owner alone; one that is there stays as it is."""
    if not directory.exists():
        make(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
