"""The command `goalward` in a process of its own: forked from one that has loaded it once for all, or started anew."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[2]


class Started:
    """What asyncio's `Process` is, of a child of the nursery; `stderr` is None where it goes to a file."""

    def __init__(self, pid: int, told: asyncio.StreamReader) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        self._end = asyncio.create_task(self._ended(told), name=f"the end of {pid}")

    async def wait(self) -> int:
        return await asyncio.shield(self._end)

    async def communicate(self) -> tuple[bytes, bytes]:
        out, err = await asyncio.gather(_all_of(self.stdout), _all_of(self.stderr))
        await self.wait()
        return out, err

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _ended(self, told: asyncio.StreamReader) -> int:
        self.returncode = int(await told.readline())
        return self.returncode


async def started(
    *words: str,
    cwd: Path,
    env: Mapping[str, str],
    stderr: BinaryIO | None = None,
    terminal: int | None = None,
    models: bool = False,
) -> Started:
    """`goalward` with these words; its output comes through pipes, its errors too unless they go to `stderr`.

    With a `terminal`, its descriptor, all goes there, in a session of its own. `models` says that it will ask some,
    which makes it ready for that.
    """
    order = json.dumps(
        {"words": words, "cwd": str(cwd), "env": dict(env), "models": models, "alone": terminal is not None}
    )
    reading, writing = zip(*(os.pipe() for _ in range(3)), strict=True)
    nothing = os.open(os.devnull, os.O_RDONLY)
    theirs = [nothing, writing[0], stderr.fileno() if stderr else writing[1], writing[2]]
    if terminal is not None:
        theirs[:3] = [terminal] * 3
    try:
        await asyncio.to_thread(socket.send_fds, _nursery(), [order.encode()], theirs)
    finally:
        for fd in (nothing, *writing):
            os.close(fd)
    out, err, told = [await _reader(fd) for fd in reading]
    line = await told.readline()
    assert line, "the nursery is gone"
    process = Started(int(line), told)
    process.stdout, process.stderr = out, None if stderr else err
    return process


async def anew(
    *words: str, cwd: Path, env: Mapping[str, str], stderr: BinaryIO | None = None, models: bool = False
) -> asyncio.subprocess.Process:
    """The same from the start of the interpreter on, as people begin it."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr or asyncio.subprocess.PIPE,
        cwd=cwd,
        env=dict(env),
    )


@functools.cache
def _nursery() -> socket.socket:
    """Where orders go; it ends with this process, which alone holds the other end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.peers.nursery", str(theirs.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env={name: value for name, value in os.environ.items() if not name.startswith("GOALWARD_")},
        )
    process.returncode = 0  # Nobody waits for it, and Popen is not to warn of that.
    return ours


async def _reader(fd: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", 0)
    )
    return reader


async def _all_of(stream: asyncio.StreamReader | None) -> bytes:
    return await stream.read() if stream else b""
