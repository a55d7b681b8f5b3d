"""The composition root: every concrete part is made here, once, and handed to those who need it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from adapters.chat import ChatPort
from adapters.clean import CleanPort
from adapters.knowing import Introduce
from adapters.signs import NONE, Signs
from bot import logs, secret_names
from bot.asking import asking
from bot.attending import attending
from bot.driving import driving
from bot.findings import Finding
from bot.ground import Ground, Rules, ground
from bot.hearing import Hearing
from bot.hooking import hooking
from bot.lock import StateLock
from bot.minds import WARM_AFTER, minds
from bot.roles import ALL, Role
from bot.sandbox import choose
from bot.settings import Settings
from bot.signing import Signing
from bot.talking import talking
from bot.telemetry import Measured
from bot.tidying import Tidying
from bot.unfit import refuse_unfit
from bot.voices import Voices
from bot.watching import Watching
from bot.working import pruning, workspaces
from goals.clock import SystemClock
from goals.domain.edges import due
from goals.domain.errors import StoreUnavailable
from goals.domain.parts import Part
from goals.hook_desk import HookDesk
from goals.journal import first_due
from goals.leased import while_mine
from goals.models.clean import Warmed
from goals.plugins import Plugins
from goals.ports import Clock
from goals.store import Store, Trouble, open_store
from goals.work.redact import Redactor

log = logging.getLogger(__name__)

Problems = Callable[[], Awaitable[list[str]]]
Unheard = Callable[[], float | None]
"""Seconds since a socket was last seen alive; None where none is to be open."""

Run = Callable[[], Coroutine[Any, Any, None]]
Work = tuple[Part | None, str, Run]
"""The part of the work to which something belongs, or all of it, with its name."""

DRAIN_GRACE = 4.0
STORE_RETRY = 1.0


class Core:
    """Everything but the platforms: the goal service with its store, drive loop and deliveries.

    Platforms are brought before `start`.
    """

    def __init__(self, on: Ground, *, fixed: Path | None, model: Warmed | None) -> None:
        refuse_unfit(on.settings, on.plugins)
        self._on = on
        self.settings, self.store, self.clock, self.journal = on.settings, on.store, on.clock, on.journal
        self.plugins = on.plugins
        self.role, self.voices, self.way = on.role, Voices(on.store.leases), on.way
        self.executor, self.clean, self._telemetry = on.executor, on.clean, on.telemetry
        self._tracing = on.tracing
        self.workspaces = workspaces(on, fixed)
        self._ports: dict[str, ChatPort] = {}
        self.minds = minds(on, self.workspaces.touched, model)
        works = driving(on, self.minds, self.workspaces)
        self.dispatcher = works.dispatcher
        asks = asking(on, works, self.minds)
        self.service, self.drafts, self._drafter = asks.service, asks.drafts, asks.drafter
        self._people: dict[str, Introduce] = {}
        self.signs = Signing(on, asks, self.voices)
        talks = talking(on, asks, self._ports, self._people, self.signs, self._examine, self.voices)
        self.outbox, self.inbox, self._reconciler = talks.outbox, talks.inbox, talks.reconciler
        self.watching = Watching(on, works.checker, self.outbox)
        self.hooks = hooking(
            on,
            asks,
            self.workspaces,
            self.watching.lookouts,
            self._ports,
            self._people,
            self.outbox.nudge,
        )
        self.hook_desk = HookDesk(on.store.hooks, on.clock, self._hooks_told)
        self._hearing = Hearing(
            on.role,
            self.voices,
            inbox=self.inbox,
            outbox=self.outbox,
            hooks=self.hooks,
            drafter=self._drafter,
            watching=self.watching,
            clock=on.clock,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._tidying = Tidying(on.executor)
        self._pruning = pruning(on, self.workspaces)
        self._attending = attending(on, self.outbox.nudge)
        self._trouble: Trouble | None = None
        self._watched: list[Problems] = []
        self._broken: list[str] = []
        self._besides: list[Work] = []
        self._unheard: dict[str, Unheard] = {}
        self._subscribe()

    def _subscribe(self) -> None:
        """What is stored is told at once."""
        self.drafts.subscribe(self.outbox.nudge)
        self.journal.subscribe(lambda change: self.outbox.nudge(first_due(change, self.clock.now())))
        self.journal.subscribe(lambda change: self.hooks.nudge() if due(change) else None)
        self.journal.subscribe(self._tidying.changed)
        self.journal.subscribe(self._telemetry.changed)
        if self._tracing:
            self.journal.subscribe(self._tracing.changed)
        self.store.on_trouble(self._troubled)
        self.store.signals.subscribe(self._tidying.heard)
        self.store.signals.subscribe(self._hearing.heard)

    def _hooks_told(self) -> None:
        self.hooks.nudge()
        self.outbox.nudge()

    def bring(
        self, platform: str, port: ChatPort, introduce: Introduce | None = None, signs: Signs = NONE
    ) -> None:
        """Add a platform; no secret goes out through it. `introduce` says more of its people than they come with."""
        self._ports[platform] = CleanPort(port, self._on.clean)
        self.voices.add(platform)
        if introduce is not None:
            self._people[platform] = introduce
        self.signs.add(platform, signs)

    def beside(self, name: str, run: Run) -> None:
        """Have this run too, from `start` to `stop`."""
        self._besides.append((None, name, run))

    def watch(self, problems: Problems) -> None:
        """Count these among what keeps us from being ready."""
        self._watched.append(problems)

    def hear(self, platform: str, unheard: Unheard) -> None:
        """Tell among the figures for how long no socket of a platform was seen alive."""
        self._unheard[platform] = unheard

    async def concerns(self, thread_key: str) -> bool:
        """Whether a goal or an open draft lives in a thread."""
        if await self.store.goals.find(thread_key=thread_key, limit=1):
            return True
        return await self.store.drafts.of_thread(thread_key) is not None

    async def after_gap(self, since: datetime) -> None:
        """Read back, beside everything else, what a platform may have told in vain since then."""
        self._begin(self._reconcile(since), "reconcile")

    async def start(self) -> int:
        """Take up what stood before, then run. Returns how many goals were under way."""
        await self.executor.sweep()  # what an earlier process of ours left may still write to a checkout
        if self.role.does(Part.DRIVE):
            await self.workspaces.sweep()
        self._last(self.store.signals.run(), "signals")
        self._last(self.store.leases.run(), "leases")
        recovered = await self.dispatcher.recover()
        if self.role.does(Part.WATCH):
            await self.watching.recover()
        if self.role.does(Part.TALK):
            await self.inbox.recover()
        for part, name, run in self._work():
            if part is None or self.role.does(part):
                self._last(run(), name)
        return recovered

    def _work(self) -> Sequence[Work]:
        """What runs until `stop`, for the part of the work that it does; some of it does every process."""
        return (
            (None, "dispatcher", self.dispatcher.run),
            (Part.WATCH, "monitors", self.watching.run),
            (Part.TALK, "outbox", self.outbox.run),
            (Part.FIRE, "hooks", self.hooks.run),
            (Part.DRAFT, "drafter", self._draft),
            (None, "telemetry", self._telemetry.run),
            (Part.TALK, "voices", self._speak),
            (Part.TALK, "inbox", self._hearing.run),
            (Part.TALK, "live turns", self.signs.live.run),
            (Part.DRIVE, "warm the models", self._warm),
            *([(Part.DRIVE, "snapshots", self._pruning.run)] if self._pruning else []),
            *([(None, "attendance", self._attending.run)] if self._attending else []),
            *self._besides,
        )

    async def _speak(self) -> None:
        await self.voices.run(self._taken)

    async def _taken(self, platform: str) -> None:
        """From now on this process listens and speaks on a platform: what nobody did so far is to be done."""
        self.outbox.nudge()
        self._begin(self._reconcile(platform=platform), f"reconcile {platform}")
        self._begin(self.signs.live.take_up(platform), f"take up the turns on {platform}")

    async def _draft(self) -> None:
        """A model is paid for each try: one process has drafts written."""
        await while_mine(self.store.leases.lease("drafts"), self._drafter.run)

    def _last(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """A task without which we are not ready."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and task.exception():
                self._broken.append(
                    f"Its part `{name}` broke, and the log says why: start this process again."
                )

        self._begin(work, name).add_done_callback(ended)

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """A task of ours until `stop`; one that breaks is told in the log."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_told)
        task.add_done_callback(self._tasks.discard)
        self._tasks.add(task)
        return task

    async def stop(self) -> None:
        """Let what is under way end within some seconds, keep the rest for the next start."""
        await asyncio.gather(self.dispatcher.drain(DRAIN_GRACE), self.watching.drain(DRAIN_GRACE))
        try:
            async with asyncio.timeout(1):
                await self.inbox.settled()
        except TimeoutError:
            log.warning("some messages are handled at the next start")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*list(self._tasks), return_exceptions=True)
        await self._tidying.settled()
        if self.minds:
            await self.minds.model.close()
        if self._tracing:
            await self._tracing.close()
        await self.store.close()

    async def _examine(self) -> Sequence[Finding]:
        from bot.doctor import examined  # Hardly ever needed.

        return await examined(self.settings, self.settings.state, os.environ, silent=self._silent)

    async def _silent(self) -> list[str]:
        """Active goals that nobody drives; of what other machines do they know themselves."""
        if self.store.shared:
            return []
        driven = set(self.dispatcher.driven)
        return [goal_id for goal_id in await self.store.goals.driven() if goal_id not in driven]

    async def _reconcile(self, since: datetime | None = None, platform: str = "") -> None:
        """What is stored counts first; then what the platforms still show. Tried until the store answers."""
        while True:
            try:
                await self.inbox.recover()
                await self.inbox.settled()
                return await self._reconciler.after_gap(since, platform=platform)
            except* StoreUnavailable:
                log.warning("the store was away while answers were read back")
            await self.clock.sleep(STORE_RETRY)

    async def _warm(self) -> None:
        if self.minds is not None:
            await asyncio.sleep(WARM_AFTER)
            await self.minds.model.warm()

    async def problems(self) -> list[str]:
        """Why this process is not ready, a sentence each."""
        own = [self._trouble.what] if self._trouble else []
        return own + self._broken + [sentence for problems in self._watched for sentence in await problems()]

    async def measured(self) -> Measured:
        silent = {name: seconds for name, since in self._unheard.items() if (seconds := since()) is not None}
        return await self._telemetry.measured(
            self.store.figures.read, ready=not await self.problems(), unheard=silent
        )

    def _troubled(self, trouble: Trouble | None) -> None:
        """Say once, after it is over, that goals had to wait for the store."""
        was, self._trouble = self._trouble, trouble
        if trouble is not None:
            log.error("the store cannot be written: %s", trouble.what)
        elif was is not None:
            log.warning("the store can be written again")
            self._begin(self._tell_of(was), "tell of trouble")

    async def _tell_of(self, trouble: Trouble) -> None:
        await self.inbox.recover()
        for goal_id in self.dispatcher.driven:
            await self.dispatcher.say_waited(goal_id, trouble.what, trouble.since)


def _told(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("the task %s broke", task.get_name(), exc_info=error)


async def open_core(
    settings: Settings,
    *,
    clock: Clock | None = None,
    fixed: Path | None = None,
    rules: Rules | None = None,
    plugins: Plugins | None = None,
    model: Warmed | None = None,
    role: Role = ALL,
) -> tuple[Core, StateLock]:
    """Lock the state, open its store, for us alone or with others as the settings say, and put everything together.

    Raises GoalError when another process has either, or when bubblewrap is asked for and cannot be had.

    `fixed` is the one directory that all goals work in; `rules` stand in for those of the settings, `plugins`
    for what is installed, `model` for litellm.
    """
    sandbox = await choose(settings, os.environ)
    lock = StateLock(settings.state)
    lock.acquire()
    try:
        redactor = Redactor(settings.secrets())
        logs.keep_out(redactor.clean)
        store = await _store(settings, redactor, role)
    except BaseException:
        lock.release()
        raise
    try:
        on = ground(
            settings,
            store,
            clock or SystemClock(),
            rules or cache(settings.channel),
            plugins
            or Plugins(
                databases=settings.databases,
                prometheus=bool(settings.prometheus.url),
                commands=settings.hooks.commands,
            ),
            secret_names.parted(os.environ)[0],
            sandbox,
            redactor,
            role,
        )
        core = Core(on, fixed=fixed, model=model)
    except BaseException:
        await store.close()
        lock.release()
        raise
    return core, lock


async def _store(settings: Settings, redactor: Redactor, role: Role) -> Store:
    if settings.dispatch == "local":
        return await open_store(settings.store, settings.state, alone=True, clean=redactor.own)
    ttl = settings.workers.lease
    return await open_store(settings.store, settings.state, ttl=ttl, parts=role.parts, clean=redactor.own)
