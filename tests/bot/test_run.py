"""`goalward run` at a terminal: its question never holds up what is decided elsewhere; what an agent asks is asked."""

import asyncio
import os
import pty
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.model import playing
from bot.demo.script import Answer, Request
from tests.minds.conftest import calls
from tests.peers.command_line import CommandLine
from tests.peers.started import ROOT, Started, started

QUESTION = b"say what should be different"
ASKED = b"Your answer:"


@asynccontextmanager
async def at_a_terminal(
    place: Path, *options: str, question: bytes = QUESTION
) -> AsyncIterator[tuple[Started, int]]:
    """A run that asks for the approval of its plan, or what its agent asks, and the other end of its terminal."""
    if not (place / "goalward.toml").exists():
        CommandLine(place)
    ours, theirs = pty.openpty()
    process = await started(
        *("run", "--workspace", "workspace", *options, "wash up"),
        cwd=place,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "XDG_STATE_HOME": str(place / "xdg"),
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
        },
        terminal=theirs,
        models=question == ASKED,
    )
    os.close(theirs)
    try:
        async with asyncio.timeout(60):
            seen = b""
            while question not in seen:
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


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[CommandLine]:
    """A command line whose agent is a model that asks a person first, then does what it is told."""

    def agent(request: Request) -> Answer:
        if request.nth == 1:
            return calls(("ask_person", {"question": "Which port?"}))
        return calls(("shell", {"command": "touch done"}))

    async with playing({"agent-model": agent}) as model:
        line = CommandLine(tmp_path)
        line.settings.write_text(f'[model]\nagent = "openai/agent-model"\nbase_url = "{model.url}"\n')
        yield line


WORK = ("--agent", "builtin", "--auto-approve", "--verify", "test -f done")


async def test_what_is_typed_answers_the_agents_question(asking: CommandLine) -> None:
    async with at_a_terminal(asking.place, *WORK, question=ASKED) as (process, terminal):
        os.write(terminal, b"5433\n")
        async with asyncio.timeout(60):
            assert await process.wait() == 0


async def test_ctrl_c_at_the_agents_question_pauses_and_ends_the_run(asking: CommandLine) -> None:
    async with at_a_terminal(asking.place, *WORK, question=ASKED) as (process, _), asyncio.timeout(30):
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 3


async def test_where_nobody_can_be_asked_a_question_ends_the_run(asking: CommandLine) -> None:
    ended = await asking.run(*WORK, "wash up")
    assert (ended.status, ended.last["status"], ended.last["reason"]) == (3, "waiting", "answer")
