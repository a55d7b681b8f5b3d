"""A command does not outlive the lifeline of its process, even while that process stands still."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from goals.domain.errors import StaleGoal
from goals.ports import Command
from goals.work import lifeline, processes
from goals.work.executor import LocalExecutor
from goals.work.lifeline import Lifeline

FREEZES = """
import asyncio, os, signal, sys
from pathlib import Path
from goals.ports import Command
from goals.work import lifeline
from goals.work.executor import LocalExecutor

async def main():
    line = lifeline.Lifeline()
    executor = LocalExecutor(Path(sys.argv[1]) / "state", lifeline=line)
    command = Command(cwd=Path(sys.argv[1]), shell="echo $$ > pid.new; mv pid.new pid; sleep 600")
    running = asyncio.create_task(executor.run(command))
    while not (Path(sys.argv[1]) / "pid").exists():
        await asyncio.sleep(0.01)
    line.renew(lifeline.now(), 1.0)
    os.kill(os.getpid(), signal.SIGSTOP)

asyncio.run(main())
"""


@pytest.fixture
def line() -> Lifeline:
    return Lifeline()


@pytest.fixture
def executor(tmp_path: Path, line: Lifeline) -> LocalExecutor:
    return LocalExecutor(tmp_path / "state", lifeline=line)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def test_a_lifeline_holds_from_the_start_until_its_moment_or_a_cut(line: Lifeline) -> None:
    begun = line.holds
    line.renew(lifeline.now(), 100)
    renewed = line.holds
    line.renew(lifeline.now(), -1)
    over = line.holds
    line.renew(lifeline.now(), 100)
    line.cut()
    assert (begun, renewed, over, line.holds) == (True, True, False, False)


async def test_a_command_runs_to_its_end_while_the_lifeline_holds(
    executor: LocalExecutor, tmp_path: Path
) -> None:
    ran = await executor.run(Command(cwd=tmp_path, shell="echo fine"))
    assert (ran.exit_code, ran.output) == (0, "fine\n")


async def test_a_command_ends_with_the_lifeline(
    executor: LocalExecutor, line: Lifeline, tmp_path: Path
) -> None:
    command = Command(cwd=tmp_path, shell="touch begun; sleep 600", timeout=600)
    running = asyncio.create_task(executor.run(command))
    await until((tmp_path / "begun").exists)
    line.cut()
    async with asyncio.timeout(30):
        ran = await running
    assert (ran.exit_code, ran.stopped) == (None, "cancelled")


async def test_no_command_begins_after_the_end_of_the_lifeline(
    executor: LocalExecutor, line: Lifeline, tmp_path: Path
) -> None:
    line.cut()
    with pytest.raises(StaleGoal):
        await executor.run(Command(cwd=tmp_path, shell="touch begun"))
    assert not (tmp_path / "begun").exists()


async def test_a_command_does_not_inherit_the_lifeline(executor: LocalExecutor, tmp_path: Path) -> None:
    ran = await executor.run(Command(cwd=tmp_path, shell="ls -l /proc/self/fd | grep -c memfd:lifeline"))
    assert ran.output == "0\n"


async def test_a_command_ends_in_time_although_its_process_stands_still(tmp_path: Path) -> None:
    frozen = await asyncio.create_subprocess_exec(sys.executable, "-c", FREEZES, str(tmp_path))
    try:
        await until((tmp_path / "pid").exists)
        command = int((tmp_path / "pid").read_text())
        await until(lambda: not processes.alive(command))
    finally:
        os.kill(frozen.pid, signal.SIGKILL)
        await frozen.wait()
