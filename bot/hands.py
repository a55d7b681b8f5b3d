"""The worker of a process that does everything: a process of its own, so that a worker that has to end takes neither the
platforms' sockets nor the page with it. Whenever it ends it is started again.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot import envelope
from bot.roles import WITH_A_WORKER

log = logging.getLogger(__name__)

AGAIN = 1.0
PATIENCE = 9.0
PR_SET_PDEATHSIG = 1


def command(state: Path, file: Path | None) -> tuple[str, ...]:
    """The command line of the worker, on a state of its own within ours."""
    settings = ("--settings", str(file)) if file else ()
    serve = ("serve", "--role", "worker", "--port", "0", "--state", str(state / WITH_A_WORKER.beside))
    return (sys.executable, "-m", "bot", *serve, *settings)


class Hands:
    """`argv` is what is run, with the variables of `environ`: its secrets are handed over out of everybody's sight."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str]) -> None:
        self._argv = argv
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def problems(self) -> list[str]:
        """Why nobody here works on goals, in a sentence, where nobody does."""
        return [] if self.pid else ["The worker of this process has ended and is not running again yet."]

    def begin(self) -> None:
        """Keep it running until `end`."""
        self._keeping = asyncio.create_task(self._keep(), name="keep the worker running")

    async def end(self) -> None:
        """Have it drain, and end."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})

    async def _keep(self) -> None:
        try:
            while True:
                self._process = await self._start()
                status = await self._process.wait()
                log.error("the worker of this process ended with status %d and is started again", status)
                await asyncio.sleep(AGAIN)
        finally:
            await self._ended()

    async def _start(self) -> asyncio.subprocess.Process:
        public, sealed = envelope.for_child(self._environ)
        try:
            return await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                env=public,
                pass_fds=(sealed,),
                preexec_fn=_end_with_parent(),
            )
        finally:
            os.close(sealed)

    async def _ended(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()


def _end_with_parent() -> Callable[[], object]:
    """Looked up before the fork: after it nothing may be loaded."""
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
