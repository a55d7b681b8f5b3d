"""The entry points as pyproject.toml declares them: what an installation of this checkout has."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def declared(group: str) -> Iterable[EntryPoint]:
    points = tomllib.loads(PYPROJECT.read_text())["project"]["entry-points"]
    return [EntryPoint(name, value, group) for name, value in points.get(group, {}).items()]
