"""A workspace, a goal in it, and the executor that runs commands in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from goals.domain.values import Goal, Origin, Person, Request, VerifierSpec
from goals.ports import CheckContext
from goals.work.executor import LocalExecutor

NOW = datetime(2026, 11, 2, 14, 2, tzinfo=UTC)


@pytest.fixture
def goal() -> Goal:
    request = Request(
        "ship it", verifiers=(VerifierSpec("command", {"command": "true"}), VerifierSpec("human"))
    )
    return Goal("g7k2", request, Person("ana"), Origin("local", "demo", "1"), NOW, NOW)


@pytest.fixture
def context(goal: Goal, tmp_path: Path) -> Callable[..., CheckContext]:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    executor = LocalExecutor(tmp_path / "state")

    def of(**more: Any) -> CheckContext:
        return CheckContext(
            **{"goal": goal, "workspace": workspace, "tree": "t1", "executor": executor, **more}
        )

    return of
