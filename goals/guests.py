"""Plugins' verifiers and hooks at work: each in a thread of its own, so that one that hangs holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from goals.domain.reach import Reach
from goals.domain.values import Verdict
from goals.outbox import Failed
from goals.ports import (
    Acting,
    CheckContext,
    Command,
    Firing,
    HookContext,
    HookEvent,
    Ran,
    Reaching,
    Runner,
    Verifier,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

TIMEOUT = 120.0
"""Seconds for a plugin's check where nobody names others."""

HOOK_TIMEOUT = 30.0
"""Seconds for a plugin's hook where nobody names others."""

GRACE = 1.0
"""Seconds for a visit that was given up, to end."""

MOST_STUCK = 3
"""Visits to one type that may hang for good; then none is begun before one of them ends."""


class Guest:
    """A stranger's verifier. Its `check` raises what the stranger's raises, and answers within `timeout` seconds.

    `stuck` are the visits to its type that were given up and have not ended.
    """

    Settings: ClassVar[type[BaseModel]] = BaseModel

    def __init__(self, verifier: Verifier, type_: str, timeout: float, stuck: set[Visit[Any]]) -> None:
        self.kind = verifier.kind
        self.verifier = verifier
        self.reach = verifier.reach if isinstance(verifier, Reaching) else Reach()
        self._type = type_
        self._timeout = timeout
        self._stuck = stuck

    async def check(self, context: CheckContext) -> Verdict:
        if hanging(self._stuck):
            return Verdict(None, f"{MOST_STUCK} earlier checks of `{self._type}` hang still")
        limit = self._timeout if context.time_left is None else min(self._timeout, context.time_left)
        visit = Visit(
            lambda commands: self.verifier.check(replace(context, executor=commands, outside=None)),
            context.executor,
        )
        try:
            return await visit.result(limit, self._stuck)
        except TimeoutError:
            return Verdict(None, f"the verifier `{self._type}` gave no answer within {limit:g} s")


class HookGuest:
    """A stranger's hook. Its `fire` raises what the stranger's raises, and Failed where there is no end in time."""

    Settings: ClassVar[type[BaseModel]] = BaseModel
    runs_commands: ClassVar[bool] = True

    def __init__(self, hook: Firing, type_: str, timeout: float, stuck: set[Visit[Any]]) -> None:
        self.hook = hook
        self.reach = hook.reach if isinstance(hook, Reaching) else Reach()
        self._type = type_
        self._timeout = timeout
        self._stuck = stuck

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        if hanging(self._stuck):
            raise Failed(f"{MOST_STUCK} earlier calls of the hook `{self._type}` hang still")
        visit = Visit(
            lambda commands: self.hook.fire(event, replace(context, executor=commands, tools=None)),
            context.executor,
        )
        try:
            await visit.result(self._timeout, self._stuck)
        except TimeoutError:
            raise Failed(f"the hook `{self._type}` did not end within {self._timeout:g} s") from None


class Met:
    """What a stranger's verifier wants done when its goal is met, as a hook."""

    def __init__(self, verifier: Acting) -> None:
        self._verifier = verifier

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        await self._verifier.on_achieved(event, context)


def hanging(stuck: set[Visit[Any]]) -> bool:
    """Whether too many visits hang; those that have ended meanwhile are forgotten."""
    stuck -= {visit for visit in stuck if visit.gone.is_set()}
    return len(stuck) >= MOST_STUCK


class Visit(Generic[T]):
    """One call of a stranger's code, in a thread with an event loop of its own."""

    def __init__(self, work: Callable[[Runner], Awaitable[T]], executor: Runner) -> None:
        self.answer: Future[T] = Future()
        self.gone = threading.Event()
        self._work = work
        self._commands = _Across(executor)
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self.answer.set_running_or_notify_cancel()
        threading.Thread(target=self._stay, name="plugin", daemon=True).start()

    async def result(self, timeout: float, stuck: set[Visit[Any]]) -> T:
        """What it comes to. Raises TimeoutError; a visit that does not even end then is added to the `stuck`."""
        self.begin()
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.wrap_future(self.answer)
        finally:
            if not self.answer.done():
                await self._give_up(stuck)

    async def _give_up(self, stuck: set[Visit[Any]]) -> None:
        await self.leave()
        if not await asyncio.to_thread(self.gone.wait, GRACE):
            log.error("a plugin hangs; its thread is left behind")
            stuck.add(self)

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
            self.answer.set_result(await self._work(self._commands))
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
