"""The worker beside a process that does everything: started again when it ends, and ended with that process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bot.hands import Hands, command

PATIENCE = 60.0
NOTES = """
import os, signal, sys, time
from bot.envelope import environment
environ = environment()
def note(text):
    with open(sys.argv[1], "a") as file:
        file.write(text + "\\n")
def ended(*_):
    note("ended")
    sys.exit(0)
signal.signal(signal.SIGTERM, ended)
seen = open("/proc/self/environ").read()
note(f"{os.getpid()} {environ['APP_TOKEN']} {'hush' in seen} {environ['COLOUR']}")
time.sleep(600)
"""
PARENT = """
import asyncio, sys
from bot.hands import Hands
async def main():
    Hands([sys.executable, *sys.argv[1:]], {"APP_TOKEN": "hush", "COLOUR": "red", "PYTHONPATH": "."}).begin()
    await asyncio.sleep(600)

asyncio.run(main())
"""
ENVIRON = {"APP_TOKEN": "hush", "COLOUR": "red", "PYTHONPATH": str(Path.cwd())}


def notes(book: Path) -> list[str]:
    return book.read_text().splitlines() if book.exists() else []


def hands(book: Path) -> Hands:
    return Hands([sys.executable, "-c", NOTES, str(book)], ENVIRON)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_it_is_given_the_secrets_where_nobody_else_sees_them(tmp_path: Path) -> None:
    book, mine = tmp_path / "book", hands(tmp_path / "book")
    mine.begin()
    await until(lambda: notes(book))
    pid = mine.pid
    await mine.end()
    assert notes(book) == [f"{pid} hush False red", "ended"]


async def test_it_is_started_again_when_it_ends_and_missed_until_then(tmp_path: Path) -> None:
    book, mine = tmp_path / "book", hands(tmp_path / "book")
    missed_at_first = await mine.problems()
    mine.begin()
    await until(lambda: notes(book))
    first, missed = mine.pid, await mine.problems()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(notes(book)) == 2)
    second = mine.pid
    await mine.end()
    assert (bool(missed_at_first), missed, first != second) == (True, [], True)


async def test_it_ends_when_its_process_is_killed(tmp_path: Path) -> None:
    book = tmp_path / "book"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, "-c", NOTES, str(book))
    await until(lambda: notes(book))
    parent.kill()
    await parent.wait()
    await until(lambda: "ended" in notes(book))


def test_it_has_a_state_of_its_own_and_the_same_settings() -> None:
    argv = command(Path("state"), Path("team.toml"))
    assert argv[1:] == (
        *("-m", "bot", "serve", "--role", "worker", "--port", "0"),
        *("--state", "state/worker", "--settings", "team.toml"),
    )
