"""Secrets leave the environment at start: no process that an agent can look at shows one, and all of them work.

Case 65a, with the real command and an agent that really reads /proc.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import pytest

from bot.demo.script import Answer, Call, Request
from bot.envelope import LABEL, without_key
from tests.peers.command_line import KEY, LONGEST, CommandLine
from tests.peers.model import playing
from tests.peers.started import anew


class Secrets:
    """New ones for each test: others that run now begin with theirs in the environment."""

    def __init__(self) -> None:
        made = [f"s3cret-{token_hex(8)}" for _ in range(4)]
        self.key, hooks, strangers, password = made
        self.all = tuple(made)
        self.environ = {
            "OPENAI_API_KEY": self.key,
            "GOALWARD_HOOKS__SECRET": hooks,
            "NOBODYS_TOKEN": strangers,
            "FTP_PROXY": f"http://ana:{password}@127.0.0.1:9",
        }

    def found_in(self, text: bytes) -> list[str]:
        return [secret for secret in self.all if secret.encode() in text]


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


SPY = """
for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; tr '\\0' '\\n' < $p/cmdline; done > spied 2> /dev/null;
for f in $(find /proc/[0-9]*/fd -lname '/memfd:goalward*' 2> /dev/null); do cat $f; done >> spied 2> /dev/null;
env >> spied; echo spied $(wc -l < spied) lines;
"""


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, anew)


def shown(pid: int) -> bytes:
    """What the kernel shows of a process to whoever may look: as root that is all of it."""
    return b"\n".join(_read(Path(f"/proc/{pid}/{name}")) for name in ("environ", "cmdline"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except PermissionError:
        return b""


def envelopes(pid: int) -> Iterator[str]:
    """Those that are still open; whoever may not look finds none."""
    with suppress(PermissionError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            target = descriptor.readlink().name
            if LABEL in target:
                yield target


def spies(request: Request) -> Answer:
    """Looks around with a tool call, then says that it is done."""
    if request.nth == 1:
        return Answer("", [Call("shell", {"command": SPY})])
    return Answer("", [Call("propose_complete", {"evidence": [{"criterion": 1, "evidence": "spied"}]})])


async def test_an_agent_that_reads_every_process_finds_no_secret_and_the_provider_is_told_its_key(
    command: CommandLine, secrets: Secrets
) -> None:
    """Case 65a, and what a command prints of it (case 65)."""
    async with playing({"spy": spies}) as model:
        command.settings.write_text(
            f'[model]\nagent = "openai/spy"\nbase_url = "{model.url}"\n[model.prices."openai/spy"]\ninput = 1\noutput = 1\n'
        )
        async with command.serving(**secrets.environ) as server:
            await server.say('/goal --auto-approve --verify "test -s spied" look around')
            await server.goal("completed")
            of_server = shown(server.process.pid)
            open_ = list(envelopes(server.process.pid))
        keys = {request.key for request in model.requests}
    spied = next(command.state.rglob("spied")).read_bytes()
    assert keys == {secrets.key}
    assert (secrets.found_in(spied), secrets.found_in(of_server), KEY.encode() in of_server, open_) == (
        [],
        [],
        False,
        [],
    )
    assert b"GOALWARD_RUN=" in spied and b"PATH=" in spied


async def test_a_command_agent_and_its_verifier_find_no_secret_either(
    command: CommandLine, secrets: Secrets
) -> None:
    command.agent(f"touch begun; {SPY}")
    check = command.place / "check.sh"
    check.write_text(f"{SPY.replace('spied', 'checked')}\ntest -e begun")
    async with command.serving(**secrets.environ) as server:
        await server.say(f'/goal --agent worker --auto-approve --verify "sh {check}" look around')
        await server.goal("completed")
    seen = [next(command.state.rglob(name)).read_bytes() for name in ("spied", "checked")]
    assert [(secrets.found_in(text), b"GOALWARD_RUN=" in text) for text in seen] == [([], True), ([], True)]


async def test_a_run_and_the_demonstration_hide_them_too(command: CommandLine, secrets: Secrets) -> None:
    command.agent(SPY)
    ran = await command(
        *("run", "--json", "--workspace", str(command.workspace), "--auto-approve"),
        *("--agent", "worker", "--verify", "test -s spied", "look around"),
        **secrets.environ,
    )
    spied = (command.workspace / "spied").read_bytes()
    process = await command.start("demo", "--port", "0", "--state", str(command.state), **secrets.environ)
    try:
        async with asyncio.timeout(LONGEST):
            assert process.stdout is not None and await process.stdout.readline()
        of_demo = shown(process.pid)
    finally:
        process.terminate()
        await process.communicate()
    assert (ran.status, secrets.found_in(spied), secrets.found_in(of_demo)) == (0, [], [])


async def test_the_key_of_the_command_line_is_as_good_as_that_of_the_environment(
    command: CommandLine, secrets: Secrets
) -> None:
    async with command.serving() as server:
        await server.say("/goal --agent worker --verify false never done")
        listed = await command("goals", "--state", str(command.state), "--key", KEY, "list", "--json")
    assert (listed.status, len(listed.last["goals"])) == (0, 1)


@pytest.mark.parametrize(
    ("words", "left", "key"),
    [
        (["goals", "--key", "k", "list"], ["goals", "list"], "k"),
        (["goals", "--key=k", "list"], ["goals", "list"], "k"),
        (["goals", "--state", "--key", "--key", "k", "list"], ["goals", "--state", "--key", "list"], "k"),
        (["goals", "steer", "g7k2", "--key", "k"], ["goals", "steer", "g7k2", "--key", "k"], ""),
        (["run", "rotate", "--key", "k"], ["run", "rotate", "--key", "k"], ""),
        (["goals", "--key"], ["goals", "--key"], ""),
        ([], [], ""),
    ],
)
def test_only_the_key_of_goals_is_taken_from_a_command_line(
    words: list[str], left: list[str], key: str
) -> None:
    assert without_key(words) == (left, key)


REPORT = """
import ctypes, os, sys
from bot.envelope import environment
found = environment()
print(os.getpid(), sys.argv[1:], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), sorted(set(found) - set(os.environ)), found.get("A_TOKEN"), os.environ.get("X_PROXY"))
"""


def begun(**environ: str) -> tuple[int, list[str]]:
    """A process that takes its secrets out; its id, and what it says."""
    process = subprocess.Popen(
        [sys.executable, "-c", REPORT, "one word", ""],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), **environ},
        stdout=subprocess.PIPE,
    )
    said, _ = process.communicate(timeout=LONGEST)
    return process.pid, said.decode().split(maxsplit=1)


def test_the_process_stays_the_same_keeps_its_words_and_shows_its_memory_to_nobody() -> None:
    proxy = "http://ana:hush-hush@127.0.0.1:9"
    pid, said = begun(A_TOKEN="t=1\nand more", X_PROXY=proxy)
    assert said == [str(pid), f"['one word', ''] 0 ['A_TOKEN'] t=1\nand more {proxy}\n"]


@pytest.mark.parametrize("number", ["0", "999", "-1", "x", ""])
def test_an_envelope_that_is_none_is_passed_over(number: str) -> None:
    pid, said = begun(GOALWARD_ENVELOPE=number)
    assert said == [str(pid), "['one word', ''] 0 [] None None\n"]
