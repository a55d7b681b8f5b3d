"""The agent runs commands, bounded in time and in what it sees of them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from goals.agents.tools import Toolbox, ToolResult
from goals.ports import ToolCall
from goals.work import processes

Use = Callable[..., Awaitable[ToolResult]]


def told(result: ToolResult) -> tuple[str, str]:
    """How it ended, without how long it took, and the output."""
    ending, _, output = result.text.partition("\n")
    return ending.partition(" after ")[0], output


async def test_a_command_runs_in_the_workspace_with_an_empty_input(use: Use, workspace: Path) -> None:
    result = await use("shell", command="cat; pwd; echo oops >&2")
    assert (told(result), result.failed) == (("[exit code 0", f"{workspace}\noops\n"), False)


async def test_a_command_that_ends_badly_has_not_failed_as_a_call(use: Use) -> None:
    result = await use("shell", command="exit 3")
    assert (told(result), result.failed) == (("[exit code 3", "(no output)"), False)


async def test_a_command_that_is_not_there_has_failed(use: Use) -> None:
    result = await use("shell", command="no-such-command")
    assert (told(result)[0], result.failed) == ("[exit code 127", True)


async def test_head_and_tail_of_a_long_output_are_seen(use: Use) -> None:
    result = await use("shell", command="echo first; yes middle | head -n 100000; echo 3 tests FAILED")
    assert result.text.partition("\n")[2].startswith("first\n")
    assert result.text.endswith("3 tests FAILED\n")
    assert "[… of 700,021 bytes the middle left out …]" in result.text
    assert len(result.text) < 12_200


async def test_a_command_ends_at_its_time(use: Use) -> None:
    result = await use("shell", command="echo begun; sleep 600", timeout=0.3)
    assert (result.failed, result.text.endswith(": its time was up]\nbegun\n")) == (True, True)


@pytest.mark.parametrize("timeout", [0, -1, 601, 1e400, "soon"])
async def test_a_time_that_makes_no_sense_is_refused(use: Use, timeout: object) -> None:
    assert (await use("shell", command="true", timeout=timeout)).failed


async def test_no_command_outlives_the_goals_time(box: Callable[..., Toolbox]) -> None:
    call = ToolCall("c1", "shell", json.dumps({"command": "sleep 600"}))
    async with asyncio.timeout(20):
        assert (await box(left=0.3).run(call)).failed
    assert (await box(left=0.0).run(call)).text == (
        "The goal's active time is used up; nothing more can be run in this turn."
    )


async def test_a_cancelled_command_is_gone_when_the_cancel_is_done(use: Use, workspace: Path) -> None:
    running = asyncio.create_task(use("shell", command="echo $$ > pid; sleep 600"))
    async with asyncio.timeout(10):
        while not ((workspace / "pid").exists() and (workspace / "pid").read_text()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(20):
            await running
    assert not processes.alive(int((workspace / "pid").read_text()))
