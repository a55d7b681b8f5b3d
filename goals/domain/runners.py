"""The test runners that are known: how their commands begin, and which files decide what they find."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIRST = re.compile(
    r"(?:\w+=\S*\s+)*"
    r"(?:(?:uv|poetry|pdm|hatch)\s+run\s+|(?:npx|pnpm|yarn|bunx)\s+(?=jest|vitest))?"
    r"(?:\S*/)?"
)
"""What may stand before a runner: variables, what starts it, its folder."""

_ENDS = r"(?=[\s;&|]|$)"


@dataclass(frozen=True, slots=True)
class Runner:
    """`called` is how its command is written, `files` are globs for its tests, what they share, and its settings."""

    called: str
    files: tuple[str, ...]


_STAND_INS = ("sitecustomize.py", "usercustomize.py")
"""Modules that Python imports before any test."""

RUNNERS = {
    "pytest": Runner(
        r"(?:pytest|py\.test|python[\d.]*\s+-m\s+pytest)",
        (
            *("tests", "test", "test_*.py", "*_test.py", "conftest.py", "pytest.py", *_STAND_INS),
            *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
            *("pyproject.toml", "tox.ini", "setup.cfg"),
        ),
    ),
    "unittest": Runner(
        r"python[\d.]*\s+-m\s+unittest", ("tests", "test", "test*.py", "unittest.py", *_STAND_INS)
    ),
    "jest": Runner(
        r"jest",
        (
            *("__tests__", "__mocks__", "__snapshots__", "*.test.*", "*.spec.*"),
            *("jest.config.*", "jest.setup.*", "babel.config.*", "package.json"),
        ),
    ),
    "vitest": Runner(
        r"vitest",
        (
            *("__tests__", "__mocks__", "__snapshots__", "*.test.*", "*.spec.*"),
            *("vitest.config.*", "vitest.setup.*", "vitest.workspace.*", "vite.config.*", "package.json"),
        ),
    ),
    "go": Runner(r"go\s+test", ("*_test.go", "testdata", "go.mod", "go.work")),
    "cargo": Runner(r"cargo\s+test", ("tests", "Cargo.toml", ".cargo")),
}

_CALLS = {name: re.compile(f"{_FIRST.pattern}{runner.called}{_ENDS}") for name, runner in RUNNERS.items()}


def of(command: str) -> Runner | None:
    """The runner that a command starts."""
    return next((RUNNERS[name] for name, call in _CALLS.items() if call.match(command)), None)
