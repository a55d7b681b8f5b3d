"""Runs commands: everything that an agent, a verifier or a clone starts goes through here, bounded and accounted for."""

from __future__ import annotations

import asyncio
import json
import logging
import marshal
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import goals
from goals.clean import Clean
from goals.domain.errors import StaleGoal
from goals.ports import Command, Ran
from goals.work import bubblewrap, environment, leftovers, processes
from goals.work.bubblewrap import Bubblewrap
from goals.work.lifeline import Lifeline
from goals.work.output import readable, unbroken
from goals.work.scratch import Scratches
from goals.work.supervisor import Order

GIB = 1 << 30
GRACE = 0.6
REPORT = 4096
BARE = "import sys; sys.path.append(sys.argv[1]); from goals.work.supervisor import main; main()"
NO_WALLS = "bwrap: "
NOT_RUN = 126
LOST = "The process that watched over this command was killed; its output is lost."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one command may use: `memory`, `output`, `file_size` and `kept` (of head and tail, each) in bytes.

    Memory and processes count over its whole tree; a file may not grow beyond `file_size`. `room` is what it
    leaves free on the disks of its directory and of our state.
    """

    memory: int = 4 * GIB
    processes: int = 512
    output: int = 50_000_000
    kept: int = 32 * 1024
    file_size: int = 2 * GIB
    room: int = GIB // 4
    nice: int = 10


NOTHING: Mapping[str, str] = MappingProxyType({})


class LocalExecutor:
    """Commands on this machine, each under a supervisor that ends its whole tree.

    Makes this process adopt orphans, so that a command that kills its supervisor is still found.
    `environ` is our environment, of which commands see the allowed part; `clean` takes secrets out of what they print.
    Without a `sandbox` they see all files and the network, whatever confinement they ask for. None begins, or goes
    on, after the end of a `lifeline`.
    """

    def __init__(
        self,
        state: Path,
        limits: Limits = Limits(),
        environ: Mapping[str, str] = NOTHING,
        sandbox: Bubblewrap | None = None,
        clean: Clean = str,
        lifeline: Lifeline | None = None,
    ) -> None:
        self.state = state.absolute()
        self.running = self.state / "running"
        self.limits = limits
        self.environ = dict(environ)
        self.sandbox = sandbox
        self.scratches = Scratches(self.state / "scratch")
        self.clean = clean
        self.lifeline = lifeline
        self.runs: set[_Run] = set()
        processes.adopt_orphans()

    async def run(self, command: Command) -> Ran:
        """Raises StaleGoal where a lifeline has ended: what the command is for may be somebody else's by now."""
        if self.lifeline is not None and not self.lifeline.holds:
            raise StaleGoal(command.goal_id)
        run = _Run(self, command)
        self.runs.add(run)
        task = asyncio.create_task(run.carry_out(), name=f"run {run.id}")
        task.add_done_callback(lambda _: self.runs.discard(run))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            run.stop()
            await _ended(task)
            raise

    async def kill(self, goal_id: str) -> None:
        theirs = [run for run in self.runs if run.command.goal_id == goal_id]
        for run in theirs:
            run.stop()
        for run in theirs:
            await run.over.wait()

    async def sweep(self) -> int:
        ours = {run.id for run in self.runs}
        paths = await asyncio.to_thread(leftovers.on_record, self.running)
        left = [path for path in paths if path.name not in ours]
        ended = sum([await asyncio.to_thread(leftovers.end_recorded, path) for path in left])
        await asyncio.to_thread(self.scratches.keep, {run.scratch for run in self.runs})
        return ended

    async def forget(self, goal_id: str) -> None:
        await asyncio.to_thread(self.scratches.remove, goal_id)

    def supervisors(self) -> set[int]:
        return {run.process.pid for run in self.runs.copy() if run.process}


class _Run:
    """One command on its way."""

    def __init__(self, executor: LocalExecutor, command: Command) -> None:
        self.executor, self.command = executor, command
        self.id = uuid4().hex
        self.seal = uuid4().hex
        self.process: asyncio.subprocess.Process | None = None
        self.since = 0
        self.stopping = asyncio.Event()
        self.over = asyncio.Event()

    @property
    def scratch(self) -> str:
        """The name of the /tmp that it has."""
        walls = self.command.confinement
        return (walls.scratch if walls else "") or self.id

    def stop(self) -> None:
        self.stopping.set()
        if self.process and self.process.stdin:
            self.process.stdin.close()

    async def carry_out(self) -> Ran:
        began = time.monotonic()
        try:
            self.process = await self._supervisor()
            said = await self._report(self.process)
            ran = _read(said, self.seal, self.executor.clean) or await self._lost(
                self.process, time.monotonic() - began
            )
            self.stop()
            await self.process.wait()
            return self._told(ran)
        finally:
            if self.command.confinement is not None:
                await asyncio.to_thread(self.executor.scratches.remove, self.id)
            self.over.set()

    def _told(self, ran: Ran) -> Ran:
        """Where the walls could not be put up, the command was not run."""
        if self._walled and ran.exit_code == 1 and ran.head.startswith(NO_WALLS):
            return replace(ran, exit_code=NOT_RUN)
        return ran

    @property
    def _walled(self) -> bool:
        return self.executor.sandbox is not None and self.command.confinement is not None

    async def _supervisor(self) -> asyncio.subprocess.Process:
        """Start one and give it its order."""
        order = await asyncio.to_thread(self._order)
        root = str(Path(goals.__path__[0]).parent)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", BARE, root),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=[fd for fd in (order.stdin, order.lifeline) if fd >= 0],
                process_group=0,
                cwd="/",
                env=self._marker(),
            )
        finally:
            os.close(order.stdin)
        self.since = processes.started(process.pid) or 0
        assert process.stdin
        text = marshal.dumps(vars(order))
        process.stdin.write(len(text).to_bytes(4, "big") + text)
        if self.stopping.is_set():
            process.stdin.close()
        return process

    def _input(self) -> int:
        """The command's input as a file in memory, which it may read or leave; returns its descriptor."""
        if not self.command.stdin:
            return os.open(os.devnull, os.O_RDONLY)
        fd = os.memfd_create("input", os.MFD_CLOEXEC)
        with os.fdopen(os.dup(fd), "wb") as file:
            file.write(self.command.stdin)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def _order(self) -> Order:
        command, limits = self.command, self.executor.limits
        self.executor.running.mkdir(parents=True, exist_ok=True)
        extra = {"GIT_CEILING_DIRECTORIES": str(self.executor.state)}
        extra |= bubblewrap.ENVIRONMENT if self._walled else {}
        extra |= self._bytecode()
        extra |= dict(command.env) | self._marker()
        return Order(
            argv=self._argv(),
            cwd=str(command.cwd),
            env=environment.for_commands(self.executor.environ, extra),
            stdin=self._input(),
            timeout=float(command.timeout),
            memory=limits.memory,
            processes=limits.processes,
            output=limits.output,
            kept=limits.kept,
            file_size=limits.file_size,
            room=limits.room,
            disks=[str(command.cwd), str(self.executor.state)],
            nice=limits.nice,
            record=str(self.executor.running / self.id),
            purpose=leftovers.purpose(command.goal_id),
            seal=self.seal,
            lifeline=self.executor.lifeline.fd if self.executor.lifeline else -1,
        )

    def _bytecode(self) -> dict[str, str]:
        """Where a command keeps what Python compiles, and reads it from: with its other temporary files, so that none
        is read, or left, beside the sources. For a command without a past it is empty.
        """
        walls = self.command.confinement
        if walls is None:
            return {}
        name = walls.scratch or self.id
        tmp = bubblewrap.TEMPORARY[0] if self._walled else self.executor.scratches.make(name).tmp
        return {"PYTHONPYCACHEPREFIX": str(tmp / "bytecode")}

    def _argv(self) -> list[str]:
        command, sandbox, walls = self.command, self.executor.sandbox, self.command.confinement
        argv = list(command.argv) or ["/bin/sh", "-c", command.shell]
        if sandbox is None or walls is None:
            return argv
        scratch = self.executor.scratches.make(self.scratch)
        return sandbox.around(argv, command.cwd, walls, scratch)

    def _marker(self) -> dict[str, str]:
        return {leftovers.MARKER: self.id}

    async def _report(self, process: asyncio.subprocess.Process) -> bytes:
        """What the supervisor says in the end; nothing when it was killed or does not answer in time."""
        assert process.stdout
        longest = 2 * self.executor.limits.kept + REPORT
        reading = asyncio.create_task(_at_most(longest, process.stdout), name=f"report {self.id}")
        stopping = asyncio.create_task(self.stopping.wait(), name=f"stop {self.id}")
        await asyncio.wait(
            {reading, stopping}, timeout=self.command.timeout + 1, return_when="FIRST_COMPLETED"
        )
        await asyncio.wait({reading}, timeout=GRACE)
        stopping.cancel()
        if not reading.done():
            reading.cancel()
            return b""
        return reading.result()

    async def _let_go(self, process: asyncio.subprocess.Process) -> None:
        """Wait for a supervisor's end. A process whose output is not read to its end never ends for asyncio."""
        assert process.stdout
        while await process.stdout.read(REPORT):
            continue
        await process.wait()

    async def _lost(self, process: asyncio.subprocess.Process, seconds: float) -> Ran:
        """End what a command left that killed or froze its supervisor."""
        log.warning("run %s of goal %s lost its supervisor", self.id, self.command.goal_id or "-")
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.to_thread(
            leftovers.end_strays, self.id, process.pid, self.since, self.executor.supervisors
        )
        await self._let_go(process)
        await asyncio.to_thread((self.executor.running / self.id).unlink, missing_ok=True)
        if self.stopping.is_set():
            return Ran(None, LOST, "", 0, seconds, "cancelled")
        if seconds >= self.command.timeout:
            return Ran(None, LOST, "", 0, seconds, "timeout")
        return Ran(128 + processes.SIGKILL, LOST, "", 0, seconds)


async def _at_most(size: int, stream: asyncio.StreamReader) -> bytes:
    """What comes until the end, or until it is more than `size` bytes."""
    taken = b""
    while len(taken) <= size and (piece := await stream.read(size)):
        taken += piece
    return taken


def _read(said: bytes, seal: str, clean: Clean) -> Ran | None:
    """The report as a value; None when there is none that was sealed and can be read."""
    line, _, kept = said.partition(b"\n")
    if not line.startswith(seal.encode()):
        return None
    line = line[len(seal) :]
    try:
        found: dict[str, Any] = json.loads(line)
        head, tail = unbroken(kept[: found["head"]], kept[found["head"] :])
        return Ran(
            exit_code=found["exit_code"],
            head=readable(head, clean),
            tail=readable(tail, clean),
            size=found["size"],
            seconds=found["seconds"],
            stopped=found["stopped"],
        )
    except (ValueError, KeyError, TypeError):
        return None


async def _ended(task: asyncio.Task[Any]) -> None:
    """Wait for a task's end, whoever cancels us meanwhile."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
