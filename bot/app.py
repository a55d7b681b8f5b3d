"""The composition root: every concrete part is made here, once, and handed to those who need it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters import doctor
from adapters.acts import GoalActs
from adapters.chat import ChatPort
from adapters.clean import CleanPort
from adapters.inbox import Inbox
from adapters.posts import Posts
from adapters.reconcile import Reconciler
from bot.dispatch.local import LocalDispatcher
from bot.findings import Finding
from bot.lock import StateLock
from bot.minds import WARM_AFTER, Warmed, minds
from bot.settings import Settings
from goals.checker import Checker
from goals.clock import SystemClock
from goals.domain.contract import PLANNED
from goals.domain.errors import GoalError
from goals.domain.rules import ChannelRules
from goals.domain.values import Status
from goals.draft_desk import DraftDesk
from goals.drafting import Drafter
from goals.driver import Driver
from goals.journal import Journal, first_due
from goals.outbox import Outbox, Sender
from goals.plugins import Agents, Plugins
from goals.ports import Clock
from goals.queue import Queue
from goals.service import GoalService
from goals.store import Store, Trouble, open_store
from goals.work.executor import LocalExecutor
from goals.work.redact import Redactor
from goals.work.workspace import LocalWorkspaces

log = logging.getLogger(__name__)

DRAIN_GRACE = 4.0

UNCONFINED = "Commands ran with limits on time, memory and processes, not in a sandbox."

Rules = Callable[[str], ChannelRules]


class Core:
    """Everything but the platforms: the goal service with its store, drive loop and deliveries.

    Platforms are brought before `start`.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        *,
        fixed: Path | None,
        rules: Rules,
        plugins: Plugins,
        model: Warmed | None,
    ) -> None:
        state = settings.state
        self.settings = settings
        self.store = store
        self.clock = clock
        self._ports: dict[str, ChatPort] = {}
        self._redactor = Redactor(settings.secrets())
        environ = dict(os.environ)
        self.executor = LocalExecutor(state, environ=environ)
        self.workspaces = LocalWorkspaces(state, self.executor, fixed=fixed)
        self.journal = Journal(store.goals, clock)
        _check_presets(settings, plugins)
        self.minds = minds(settings, store, self.executor, clock, environ, rules, self._redactor.clean, model)
        builtin, judge = (self.minds.agent, self.minds.judge) if self.minds else (None, None)
        agents = Agents(plugins, settings.agent_specs(), self.executor, builtin)
        self.queue = Queue(store.goals, self.journal, rules, clock)
        checker = Checker(plugins, self.executor, self.workspaces, store.history, clock, environ, judge)
        self.driver = Driver(
            store.goals, store.steps, self.journal, self.workspaces, checker, agents, store.ledger, clock
        )
        self.dispatcher = LocalDispatcher(
            store.goals,
            self.driver,
            self.queue,
            self.journal,
            self.executor,
            clock,
        )
        self.service = GoalService(
            store.goals,
            store.history,
            self.journal,
            self.queue,
            plugins,
            agents,
            self.workspaces,
            self.dispatcher,
            clock,
            defaults=settings.defaults(),
            rules=rules,
            notes=(UNCONFINED,),
            ledger=store.ledger,
            channels=store.channels,
            unpriced=self.minds.unpriced if self.minds else lambda asked: "",
            judged=judge is not None,
        )
        posts = Posts(self._ports, self.service, store.messages)
        self.drafts = DraftDesk(store.drafts, store.goals, self.service, clock)
        proposer = self.minds.proposer if self.minds else None
        self.drafter = Drafter(self.drafts, store.drafts, self.service, store.ledger, clock, proposer)
        kinds = ("card", "event", "repaint", "reply", "draft")
        senders: dict[str, Sender] = {
            **dict.fromkeys(kinds, posts),
            "proposal": self.drafts,
            doctor.KIND: doctor.Doctor(self._ports, self._examine),
        }
        self.outbox = Outbox(store.outbox, senders, clock)
        acts = GoalActs(self.service, self.drafts, store.messages, clock, self.outbox.put)
        self.inbox = Inbox(store.inbox, self.outbox, acts, clock)
        self.drafts.subscribe(self.outbox.nudge)
        self.reconciler = Reconciler(self._ports, self.service, store.messages, self.inbox.accept, clock)
        self.journal.subscribe(lambda change: self.outbox.nudge(first_due(change, clock.now())))
        self._tasks: list[asyncio.Task[None]] = []
        self._trouble: Trouble | None = None
        store.on_trouble(self._troubled)

    def bring(self, platform: str, port: ChatPort) -> None:
        """Add a platform; no secret of the settings goes out through it."""
        self._ports[platform] = CleanPort(port, self._redactor.clean)

    async def start(self) -> int:
        """Take up what stood before, then run. Returns how many goals were under way."""
        recovered = await self.dispatcher.recover()
        await self.inbox.recover()
        self._tasks = [
            asyncio.create_task(self.dispatcher.run(), name="dispatcher"),
            asyncio.create_task(self.outbox.run(), name="outbox"),
            asyncio.create_task(self.drafter.run(), name="drafter"),
        ]
        self._tasks.append(asyncio.create_task(self._reconcile(), name="reconcile"))
        if self.minds:
            self._tasks.append(asyncio.create_task(self._warm(), name="warm the models"))
        return recovered

    async def stop(self) -> None:
        """Let what is under way end within some seconds, keep the rest for the next start."""
        await self.dispatcher.drain(DRAIN_GRACE)
        try:
            async with asyncio.timeout(1):
                await self.inbox.settled()
        except TimeoutError:
            log.warning("some messages are handled at the next start")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.minds:
            await self.minds.model.close()
        await self.store.close()

    async def _examine(self) -> Sequence[Finding]:
        from bot.doctor import examined  # Hardly ever needed.

        return await examined(self.settings, self.settings.state, os.environ, silent=self._silent)

    async def _silent(self) -> list[str]:
        """Active goals that nobody drives."""
        active = await self.store.goals.find(statuses=(Status.ACTIVE,), limit=10_000)
        return [goal.id for goal in active if goal.id not in self.dispatcher.driven]

    async def _reconcile(self) -> None:
        """What is stored counts first; then what the platforms still show."""
        await self.inbox.settled()
        await self.reconciler.after_gap()

    async def _warm(self) -> None:
        assert self.minds is not None
        await asyncio.sleep(WARM_AFTER)
        await self.minds.model.warm()

    async def problems(self) -> list[str]:
        """Why this process is not ready, a sentence each."""
        return [self._trouble.what] if self._trouble else []

    def _troubled(self, trouble: Trouble | None) -> None:
        """Say once, after it is over, that goals had to wait for the store."""
        was, self._trouble = self._trouble, trouble
        if trouble is not None:
            log.error("the store cannot be written: %s", trouble.what)
        elif was is not None:
            log.warning("the store can be written again")
            self._tasks.append(asyncio.create_task(self._tell_of(was), name="tell of trouble"))

    async def _tell_of(self, trouble: Trouble) -> None:
        await self.inbox.recover()
        for goal_id in self.dispatcher.driven:
            await self.dispatcher.say_waited(goal_id, trouble.what, trouble.since)


def _check_presets(settings: Settings, plugins: Plugins) -> None:
    """Raises SettingsError for a preset that could never run; those of later types are refused when they are named."""
    for name, spec in settings.defaults().presets.items():
        try:
            if spec.type not in PLANNED:
                plugins.verifier(spec)
        except GoalError as error:
            raise settings.refusal(("verifiers", name), str(error)) from None


async def open_core(
    settings: Settings,
    *,
    clock: Clock | None = None,
    fixed: Path | None = None,
    rules: Rules | None = None,
    plugins: Plugins | None = None,
    model: Warmed | None = None,
) -> tuple[Core, StateLock]:
    """Lock the state, open its store for us alone and put everything together.

    Raises GoalError when another process has either.

    `fixed` is the one directory that all goals work in; `rules` stand in for those of the settings, `plugins`
    for what is installed, `model` for litellm.
    """
    lock = StateLock(settings.state)
    lock.acquire()
    try:
        store = await open_store(settings.store, settings.state, alone=True)
    except BaseException:
        lock.release()
        raise
    try:
        core = Core(
            settings,
            store,
            clock or SystemClock(),
            fixed=fixed,
            rules=rules or settings.channel,
            plugins=plugins or Plugins(),
            model=model,
        )
    except BaseException:
        await store.close()
        lock.release()
        raise
    return core, lock
