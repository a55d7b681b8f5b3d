"""Where state is kept: the settings' own directory, and one per `goalward run`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

ADDRESS = "address"
"""The file in a state directory that says where its running server is; it never holds the key."""


def runs(environ: Mapping[str, str]) -> Path:
    """The directory of all runs, as the XDG base directories have it."""
    home = environ.get("XDG_STATE_HOME", "")
    base = Path(home) if home.startswith("/") else Path.home() / ".local" / "state"
    return base / "goalward" / "runs"


def new_run(environ: Mapping[str, str]) -> Path:
    """A directory for a new run; not made yet."""
    return runs(environ) / f"{datetime.now():%Y%m%d-%H%M%S.%f}-{secrets.token_hex(2)}"


def states(state: Path, environ: Mapping[str, str]) -> list[Path]:
    """Every state there is here: the settings' own, then the runs, newest first."""
    folder = runs(environ)
    found = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    return [path for path in (state, *found) if kept(path)]


def kept(state: Path) -> bool:
    """Whether goals are kept in a file of this state."""
    return (state / "goalward.db").exists()
