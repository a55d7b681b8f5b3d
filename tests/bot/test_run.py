"""`goalward run` at a terminal: its question never holds up what is decided elsewhere."""

import asyncio
import os
import pty
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.peers.command_line import ROOT, CommandLine

QUESTION = b"say what should be different"


@asynccontextmanager
async def at_a_terminal(place: Path, *options: str) -> AsyncIterator[tuple[Process, int]]:
    """A run that asks for the approval of its plan, and the other end of its terminal."""
    CommandLine(place)
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--workspace", "workspace", *options, "wash up"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=place,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "XDG_STATE_HOME": str(place / "xdg"),
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
        },
        start_new_session=True,
    )
    os.close(theirs)
    try:
        async with asyncio.timeout(40):
            seen = b""
            while QUESTION not in seen:
                seen += await asyncio.to_thread(os.read, ours, 65536)
        yield process, ours
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)


async def test_ctrl_c_at_the_question_pauses_and_ends_the_run(tmp_path: Path) -> None:
    async with at_a_terminal(tmp_path) as (process, _), asyncio.timeout(15):
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 3


async def test_a_deadline_that_passes_at_the_question_ends_the_run(tmp_path: Path) -> None:
    async with at_a_terminal(tmp_path, "--deadline", "6s") as (process, _), asyncio.timeout(30):
        assert await process.wait() == 1


async def test_a_yes_at_the_question_starts_the_work(tmp_path: Path) -> None:
    async with at_a_terminal(tmp_path, "--max-turns", "1") as (process, terminal), asyncio.timeout(30):
        os.write(terminal, b"y\n")
        assert await process.wait() == 3
