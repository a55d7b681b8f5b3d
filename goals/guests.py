"""Plugins' verifiers at work: each in a thread of its own, so that one that hangs or breaks holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import BaseModel

from goals.domain.reach import Reach
from goals.domain.values import Verdict
from goals.ports import CheckContext, Command, Ran, Reaching, Runner, Verifier

log = logging.getLogger(__name__)

TIMEOUT = 120.0
"""Seconds for a plugin's check where nobody names others."""

GRACE = 1.0
"""Seconds for a check that was given up, to end."""

MOST_STUCK = 3
"""Checks of one type that may hang for good; then it is not started again before one of them ends."""


class Guest:
    """A stranger's verifier. Its `check` raises what the stranger's raises, and answers within `timeout` seconds.

    `stuck` are the checks of its type that were given up and have not ended.
    """

    Settings: ClassVar[type[BaseModel]] = BaseModel

    def __init__(self, verifier: Verifier, type_: str, timeout: float, stuck: set[Visit]) -> None:
        self.kind = verifier.kind
        self.verifier = verifier
        self.reach = verifier.reach if isinstance(verifier, Reaching) else Reach()
        self._type = type_
        self._timeout = timeout
        self._stuck = stuck

    async def check(self, context: CheckContext) -> Verdict:
        self._stuck -= {visit for visit in self._stuck if visit.gone.is_set()}
        if len(self._stuck) >= MOST_STUCK:
            return Verdict(None, f"{MOST_STUCK} earlier checks of `{self._type}` hang still")
        limit = self._timeout if context.time_left is None else min(self._timeout, context.time_left)
        visit = Visit(self.verifier, context)
        visit.begin()
        try:
            async with asyncio.timeout(limit):
                return await asyncio.wrap_future(visit.answer)
        except TimeoutError:
            return Verdict(None, f"the verifier `{self._type}` gave no answer within {limit:g} s")
        finally:
            if not visit.answer.done():
                await self._give_up(visit)

    async def _give_up(self, visit: Visit) -> None:
        await visit.leave()
        if not await asyncio.to_thread(visit.gone.wait, GRACE):
            log.error("a check of the verifier plugin %s hangs; its thread is left behind", self._type)
            self._stuck.add(visit)


class Visit:
    """One check, in a thread with an event loop of its own."""

    def __init__(self, verifier: Verifier, context: CheckContext) -> None:
        self.answer: Future[Verdict] = Future()
        self.gone = threading.Event()
        self._verifier = verifier
        self._commands = _Across(context.executor)
        self._context = replace(context, executor=self._commands, outside=None)
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self.answer.set_running_or_notify_cancel()
        threading.Thread(target=self._stay, name="verifier plugin", daemon=True).start()

    async def leave(self) -> None:
        """Cancel it, and end its commands: it ends as soon as it awaits something."""
        with suppress(RuntimeError):  # it is gone
            self._loop.call_soon_threadsafe(self._cancel)
        await self._commands.close()

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()

    def _stay(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._asked())
        self.gone.set()

    async def _asked(self) -> None:
        self._task = asyncio.current_task()
        try:
            self.answer.set_result(await self._verifier.check(self._context))
        except Exception as error:
            self.answer.set_exception(error)
        except BaseException as error:  # a stranger's code may even want to end the process
            self.answer.set_exception(RuntimeError(f"it ended with {type(error).__name__}"))


class _Across:
    """Runs commands for another thread, on the event loop that the executor lives on."""

    def __init__(self, executor: Runner) -> None:
        self._executor = executor
        self._home = asyncio.get_running_loop()
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def run(self, command: Command) -> Ran:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._run(command), self._home))

    async def close(self) -> None:
        """End what runs; nothing more is begun."""
        self._closed = True
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def _run(self, command: Command) -> Ran:
        task = asyncio.current_task()
        if task is None or self._closed:
            raise asyncio.CancelledError
        self._running.add(task)
        try:
            return await self._executor.run(command)
        finally:
            self._running.discard(task)
