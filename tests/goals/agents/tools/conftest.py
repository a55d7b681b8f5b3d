"""A workspace with the tools on it, over real commands."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from goals.agents.tools import Toolbox, ToolResult
from goals.domain.errors import BadRequest
from goals.domain.values import Goal, VerifierSpec
from goals.ports import ToolCall
from goals.work.executor import LocalExecutor
from tests import given

Use = Callable[..., Awaitable[ToolResult]]


def green(goal: Goal, named: str) -> VerifierSpec:
    """The only verifier that may be waited for here."""
    if named not in ("green", '{"type": "ci", "branch": "main"}'):
        raise BadRequest(f"There is no verifier “{named}” to wait for.")
    return VerifierSpec("ci", {"branch": "main"}, name="green")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    directory = tmp_path / "workspace"
    directory.mkdir()
    return directory


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the workspace, with a file that nobody may touch."""
    directory = tmp_path / "outside"
    directory.mkdir()
    (directory / "secret.txt").write_text("the secret\n")
    return directory


@pytest.fixture
def box(workspace: Path, tmp_path: Path) -> Callable[..., Toolbox]:
    def of(*, read_only: bool = False, left: float | None = None, **goal: Any) -> Toolbox:
        executor = LocalExecutor(tmp_path / "state")
        return Toolbox(
            workspace,
            executor,
            given.goal(**goal),
            read_only=read_only,
            time_left=lambda: left,
            awaited=green,
        )

    return of


@pytest.fixture
def use(box: Callable[..., Toolbox]) -> Use:
    """Call a tool by name, with its arguments as keywords."""
    tools = box()

    async def call(name: str, **arguments: Any) -> ToolResult:
        return await tools.run(ToolCall("c1", name, json.dumps(arguments)))

    return call
