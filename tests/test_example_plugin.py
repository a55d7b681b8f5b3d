"""A verifier in a package of its own, installed with pip: found by its name, refused and run like the built-in ones."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.peers.command_line import CommandLine, Ended
from tests.peers.started import ROOT

PACKAGE = ROOT / "tests/peers/example_plugin"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the package is installed into."""
    place = tmp_path_factory.mktemp("plugin")
    shutil.copytree(PACKAGE, place / "package")  # building leaves files beside the sources
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    target = ("--target", str(place / "site"), str(place / "package"))
    subprocess.run([sys.executable, "-m", "pip", "install", *options, *target], check=True, timeout=110)
    return place / "site"


Run = Callable[..., Awaitable[Ended]]


@pytest.fixture
def run(tmp_path: Path, site: Path) -> Run:
    """A run whose workspace has one file with a TODO, which the agent can take out."""
    line = CommandLine(tmp_path)
    (line.workspace / "wash.py").write_text("# TODO: rinse\nsoap = 1\n")
    line.agent("sed -i /TODO/d wash.py")

    async def of(verifier: dict[str, Any]) -> Ended:
        words = ("run", "--json", "--auto-approve", "--workspace", str(line.workspace))
        asked = ("--verify", json.dumps(verifier), "wash up")
        return await line(*words, *asked, PYTHONPATH=f"{ROOT}:{site}")

    return of


def found(ended: Ended) -> list[Any]:
    verifier = ended.last["verifiers"][0]
    return [ended.status, verifier["type"], verifier["met"], verifier["reason"]]


@pytest.mark.parametrize(
    "verifier",
    [
        {"type": "no-todos"},
        {"type": "no-todos", "allowed": 0, "timeout": "5m"},
        {"type": "plugin", "check": "no-todos", "args": {"glob": "*.py"}},
    ],
    ids=str,
)
async def test_a_goal_is_proven_by_an_installed_plugin(run: Run, verifier: dict[str, Any]) -> None:
    status, _, met, reason = found(await run(verifier))
    assert (status, met) == (0, True)
    assert reason.endswith("0 TODOs are left, 0 are allowed")


@pytest.mark.parametrize(
    ("verifier", "sentence"),
    [
        ({"type": "no-todoes"}, "There is no verifier type “no-todoes”. Did you mean `no-todos`?"),
        (
            {"type": "no-todos", "alowed": 1},
            "A `no-todos` verifier has no setting “alowed”. Did you mean `allowed`?",
        ),
        (
            {"type": "plugin", "check": "no-todos", "args": {"allowed": -1}},
            "`allowed` of a `no-todos` verifier wants greater than or equal to 0, not “-1”.",
        ),
        (
            {"type": "plugin", "chek": "no-todos"},
            "A `plugin` verifier has no setting “chek”. Did you mean `check`?",
        ),
        (
            {"type": "plugin", "args": {}},
            "A `plugin` verifier needs `check`, a verifier's name, and may have `args`, a table.",
        ),
    ],
    ids=str,
)
async def test_what_is_wrong_about_a_plugin_is_refused_when_the_goal_is_set(
    run: Run, verifier: dict[str, Any], sentence: str
) -> None:
    ended = await run(verifier)
    assert (ended.status, sentence in ended.err) == (2, True)
