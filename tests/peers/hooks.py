"""The delivery of hooks in this process: a goal whose hook is due, the real store, the real outbox, the real web."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr

from goals import audit, hook_rows
from goals.domain import edges, events
from goals.domain.change import Change
from goals.domain.hooks import Hook, HookState
from goals.domain.rules import EVERYBODY, ChannelRules
from goals.domain.values import Goal, Person, Reason, Status
from goals.hook_rights import HookRights
from goals.outbox import HOOKS, Outbox, Refused
from goals.outside.web import HttpWeb
from goals.plugins import Plugins
from goals.ports import HOOK, Confinement, HookEvent, HookTools, Runner
from goals.store import Store
from monitors.hooks.delivery import HookDelivery, Means, Place
from monitors.hooks.signing import Signing
from tests.given import check, goal_in
from tests.peers.clock import ManualClock
from tests.peers.declared import declared

SECRET = "the-secret-of-the-hooks"
ALL = (EVERYBODY,)


class Talk:
    """Notices and links that keep what they are asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def notify(self, goal: Goal, event: HookEvent, to: str) -> None:
        self.asked.append((event.key, to))

    async def begin(self, goal: Goal, event: HookEvent, objective: str) -> None:
        self.asked.append((event.key, objective))

    async def wake(self, goal: Goal, event: HookEvent, goal_id: str) -> None:
        self.asked.append((event.key, goal_id))


@dataclass
class Deliveries:
    """A goal with hooks for the moment it is met, and their delivery; `state` is the last one's. `hosts` is the channel's allowlist."""

    store: Store
    place: Path
    hosts: tuple[str, ...] = ()
    operate: tuple[str, ...] = ALL
    commands: dict[str, str] = field(default_factory=dict)
    executor: Runner | None = None
    plugins: Plugins | None = None
    secret: str | None = SECRET
    clean: Callable[[str], str] = str
    roles_then: tuple[str, ...] = ()
    """Groups that the owner was in when the goal was set."""
    roles: tuple[str, ...] = ()
    """Groups that the owner is in now."""

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.talk = Talk()
        self.goal = goal_in(Status.ACTIVE)

    # What the delivery asks of the desk.
    async def find(self, goal_id: str) -> Goal:
        return self.goal

    async def known(self, who: Person) -> Person:
        return replace(who, roles=self.roles)

    async def report_of(self, goal: Goal) -> audit.Report:
        return audit.report(goal, now=self.clock.now())

    async def due(self, *hooks: Hook) -> str:
        """The goal is met, and its hooks come due. Returns the first one's key."""
        met = goal_in(Status.ACTIVE, on_achieved=hooks, check=check(True))
        ended = goal_in(Status.COMPLETED, on_achieved=hooks, check=check(True), reason=Reason.PROVEN)
        self.goal = replace(ended, owner=replace(ended.owner, roles=self.roles_then))
        finished = events.Finished(Status.COMPLETED, Reason.PROVEN, "12 passed")
        due = edges.due(Change(met, (finished,)))
        rows = [hook_rows.due(met, each, self.clock.now()) for each in due]
        await self.store.hooks.put(rows)
        return rows[0].key

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Outbox]:
        rules = ChannelRules(own=ALL, talk=ALL, operate=self.operate, hosts=self.hosts)
        plugins = self.plugins or Plugins(declared, commands=self.commands)
        secret = None if self.secret is None else SecretStr(self.secret)
        tools = HookTools(
            HttpWeb(), self.hosts, Signing(secret, self.place).sign, self.commands, self.talk, self.talk,
            self.clock,
        )  # fmt: skip
        here = Place(self.place, Confinement(self.place))

        @asynccontextmanager
        async def place(goal: Goal) -> AsyncIterator[Place]:
            yield here

        means = Means(self.executor or NoCommands(), lambda goal: tools, place, here)
        delivery = HookDelivery(self, self.known, HookRights(plugins, lambda key: rules), means, self.clean)
        outbox = Outbox(
            self.store.hooks, {HOOK: delivery}, self.clock, patience=HOOKS, follows=hook_rows.follows
        )
        running = asyncio.create_task(outbox.run())
        try:
            yield outbox
        finally:
            running.cancel()
            await asyncio.wait({running})

    async def state(self) -> HookState:
        return (await self.store.hooks.states(self.goal.id))[-1]

    async def until(self, fits: Callable[[HookState], bool], *, hours: bool = True) -> HookState:
        """The hook's state once it fits; with `hours` they pass meanwhile."""
        async with asyncio.timeout(60):
            while not fits(found := await self.state()):
                if hours and found.attempts:
                    self.clock.advance(600)
                await asyncio.sleep(0.01)
            return found


class NoCommands:
    async def run(self, command: object) -> object:
        raise Refused("no commands here")
