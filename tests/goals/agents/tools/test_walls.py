"""The tools do the same whether commands run as plain processes or in a sandbox, and a bad call is an error as result."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from goals.agents.tools import Toolbox, ToolResult
from goals.ports import Confinement, ToolCall
from goals.work.bubblewrap import Bubblewrap
from goals.work.executor import Limits, LocalExecutor
from tests import given
from tests.peers.walls import bwrap

MIB = 1 << 20

Use = Callable[..., Awaitable[ToolResult]]


@pytest.fixture(params=["process", "bubblewrap"])
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Bubblewrap | None:
    return Bubblewrap(bwrap(), (tmp_path / "state",)) if request.param == "bubblewrap" else None


@pytest.fixture
def use(sandbox: Bubblewrap | None, tmp_path: Path, workspace: Path) -> Use:
    limits = Limits(memory=200 * MIB, processes=40, output=MIB)
    executor = LocalExecutor(tmp_path / "state", limits, os.environ, sandbox)
    walls = Confinement(workspace, scratch="g7k2")
    tools = Toolbox(
        workspace, executor, given.goal(), read_only=False, time_left=lambda: None, confinement=walls
    )

    async def call(name: str, **arguments: Any) -> ToolResult:
        return await tools.run(ToolCall("c1", name, json.dumps(arguments)))

    return call


BAD = {
    "a fork bomb": ("exec bash -c 'b() { b | b & }; b; sleep 60'", "it started too many processes"),
    "10 GB of output": ("yes | head -c 10G", "it printed too much"),
    "a memory hog": (
        """exec python3 -c 'kept = []\nwhile True: kept.append(b"x" * 1_000_000)'""",
        "it took too much memory",
    ),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_call_that_oversteps_a_limit_is_told_so_and_the_next_one_runs(use: Use, bad: str) -> None:
    command, why = BAD[bad]
    stopped, after = await use("shell", command=command), await use("shell", command="echo on")
    assert (stopped.failed, why in stopped.text, after.text.endswith("\non\n")) == (True, True, True)


async def test_files_and_commands_share_one_workspace(use: Use) -> None:
    await use("write_file", path="a/b.txt", content="one needle\n")
    await use("shell", command="echo two needles > a/c.txt; echo kept > /tmp/goalward-test-of-walls")
    await use("edit_file", path="a/c.txt", old="two", new="three")
    told = [
        (await use("search_files", pattern="needle")).text,
        (await use("shell", command="cat a/*; cat /tmp/goalward-test-of-walls")).text.partition("\n")[2],
    ]
    await use("shell", command="rm /tmp/goalward-test-of-walls")
    assert (sorted(told[0].splitlines()), told[1]) == (
        ["a/b.txt:1:one needle", "a/c.txt:1:three needles"],
        "one needle\nthree needles\nkept\n",
    )


@pytest.mark.parametrize("tool", ["read_file", "list_files", "search_files", "write_file"])
async def test_no_tool_follows_a_link_that_a_command_laid_out_of_the_workspace(
    use: Use, outside: Path, tool: str
) -> None:
    await use("shell", command=f"ln -s {outside} way; ln -s /etc/passwd users")
    more = {"search_files": {"pattern": "."}, "write_file": {"content": "x"}}.get(tool, {})
    told = [await use(tool, path=path, **more) for path in ("way/secret.txt", "users")]
    assert [result.failed for result in told] == [True, True], told
    assert (outside / "secret.txt").read_text() == "the secret\n"
