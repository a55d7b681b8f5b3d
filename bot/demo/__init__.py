"""The demonstration: a repository with real faults, agents that repair them, and the goal that is asked for."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pygit2

from bot import private

HERE = Path(__file__).parent
CHANNEL = "demo"
AGENT = "repair"
WANTED = """Make the tests of the invoice package pass
verify: python3 -m unittest -q
constraint: no test is changed"""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """`repo` is the repository of the channel `channel`; `argv` is the agent `agent`, who needs no model."""

    repo: Path
    argv: tuple[str, ...]
    channel: str = CHANNEL
    agent: str = AGENT

    def goal(self, budget: str) -> str:
        """What is said in the channel; `budget` are more options."""
        return f"/goal --max-turns 8 {budget} {WANTED}"


def prepare(state: Path) -> Demonstration:
    """Make the sample a git repository under the state directory, unless it is there already. Blocks."""
    private.make(state)
    repo = (state / "demo" / "checkout").absolute()
    if not (repo / ".git").exists():
        _copy(repo)
        _commit(repo)
    # Commands never see our virtual environment: the agent runs on the Python that it was made from.
    python = getattr(sys, "_base_executable", None) or sys.executable
    return Demonstration(repo, (python, str(HERE / "repair.py")))


def _copy(repo: Path) -> None:
    shutil.rmtree(repo, ignore_errors=True)
    shutil.copytree(HERE / "sample", repo, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (repo / "__init__.py").unlink()
    (repo / ".gitignore").write_text("__pycache__/\n")


def _commit(repo: Path) -> None:
    git = pygit2.init_repository(repo, initial_head="main")
    git.index.add_all()
    git.index.write()
    author = pygit2.Signature("Goalward demonstration", "demo@localhost")
    git.create_commit(
        "HEAD", author, author, "An invoice package with faults in it\n", git.index.write_tree(), []
    )
