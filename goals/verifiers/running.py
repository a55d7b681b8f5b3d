"""Runs a verifier's command in the workspace: its settings, and how it ended, for `command` and `test` alike."""

from __future__ import annotations

import asyncio
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from goals.domain.reach import Reach
from goals.domain.values import Verdict
from goals.domain.verdicts import HEAD, TAIL, fingerprint
from goals.ports import CheckContext, Command, Ran
from goals.verifiers.settings import DEFAULT_TIMEOUT, STRICT, InsidePath, Line, Seconds, Variable, place

FREE = Reach(query="a command")
"""It runs what whoever sets it likes."""

NOT_EXECUTABLE, NOT_FOUND = 126, 127
_SIGNALS = range(129, 160)
_FILE_NAME = re.compile(r"[^.]{1,200}\.[a-z]{1,5}")


class CommandSettings(BaseModel):
    """`command` is text for the shell, `argv` is run as it is; one of them. `timeout` in seconds."""

    model_config = STRICT

    command: Line | None = None
    argv: Annotated[list[Line], Field(min_length=1, max_length=200)] | None = None
    cwd: InsidePath = "."
    timeout: Seconds = DEFAULT_TIMEOUT
    env: Annotated[list[Variable], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> CommandSettings:
        if (self.command is None) == (self.argv is None):
            raise ValueError("it takes either 'command' or 'argv'")
        return self

    @property
    def line(self) -> str:
        return self.command if self.command is not None else shlex.join(self.argv or ())


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended by itself with `exit_code`."""

    exit_code: int
    output: str
    evidence: str
    fingerprint: str


async def run(settings: CommandSettings, context: CheckContext) -> Ended | Verdict:
    """Run the command. A Verdict when there is nothing to decide from: it could not run, or was stopped."""
    cwd = await asyncio.to_thread(place, context.workspace, settings.cwd)
    if cwd is None:
        return Verdict(False, f"the folder {settings.cwd} leads outside the workspace")
    if not await asyncio.to_thread(cwd.is_dir):
        return Verdict(False, f"the folder {settings.cwd} is not there yet")
    timeout = min(settings.timeout, settings.timeout if context.time_left is None else context.time_left)
    if timeout <= 0:
        return Verdict(None, f"no time is left to run: {settings.line}")
    ran = await context.executor.run(_command(settings, context, cwd, timeout))
    return await asyncio.to_thread(_ended, settings, ran, cwd, timeout)


def _command(settings: CommandSettings, context: CheckContext, cwd: Path, timeout: float) -> Command:
    return Command(
        cwd=cwd,
        argv=tuple(settings.argv or ()),
        shell=settings.command or "",
        env={name: context.environment[name] for name in settings.env if name in context.environment},
        timeout=timeout,
        goal_id=context.goal.id,
        confinement=replace(context.confinement, inside=context.workspace),
    )


def _ended(settings: CommandSettings, ran: Ran, cwd: Path, timeout: float) -> Ended | Verdict:
    evidence, line = bounded(ran), settings.line
    if ran.stopped == "timeout":
        return Verdict(None, f"stopped after {timeout:g} s without an end: {line}", evidence)
    if ran.stopped:
        return Verdict(None, f"stopped by its limit ({ran.stopped}): {line}", evidence)
    if ran.exit_code is None or ran.exit_code < 0 or ran.exit_code in _SIGNALS:
        return Verdict(None, f"killed while it ran: {line}", evidence, ran.exit_code)
    if ran.exit_code in (NOT_FOUND, NOT_EXECUTABLE):
        return _not_run(line, ran.exit_code, evidence, cwd)
    return Ended(
        ran.exit_code, ran.output, evidence, fingerprint(str(ran.exit_code), ran.head, *_whole(ran.tail))
    )


def _not_run(line: str, exit_code: int, evidence: str, cwd: Path) -> Verdict:
    """A command that the workspace still lacks is "not met"; one that this machine lacks is a broken check."""
    if any(_awaited(word, cwd) for word in _words(line)):
        return Verdict(False, f"it is not there yet, or may not be run: {line}", evidence, exit_code)
    return Verdict(None, f"the command was not found or may not be run here: {line}", evidence, exit_code)


def _awaited(word: str, cwd: Path) -> bool:
    """Whether a word names a file of the workspace that is missing or cannot be executed."""
    if word.startswith(("-", "/", "~")) or not ("/" in word or _FILE_NAME.fullmatch(word)):
        return False
    path = cwd / word
    return not path.is_file() or not path.stat().st_mode & 0o111


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _whole(tail: str) -> tuple[str, ...]:
    """The end of a cut output, from where noise of another width cannot shift it."""
    return (tail[-TAIL // 2 :].partition("\n")[2],) if tail else ()


def bounded(ran: Ran) -> str:
    """The output's first and last part, HEAD and TAIL characters; the end is what matters and is always kept."""
    text = ran.output
    if len(text) <= HEAD + TAIL:
        return text
    return f"{text[:HEAD]}\n[… {ran.size} bytes in all …]\n{text[-TAIL:]}"
