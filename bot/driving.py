"""What works on goals: the agents, the queue, the checks, and the dispatcher that drives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from socket import gethostname
from typing import Protocol

from bot.dispatch.local import LocalDispatcher
from bot.ground import Ground
from bot.minds import Minds
from bot.outside import outside
from goals.checker import Checker
from goals.domain.parts import Part
from goals.driver import Driver, unseen
from goals.plugins import Agents
from goals.ports import Dispatcher, Workspaces
from goals.queue import Queue
from goals.work.hold import Holds


class Dispatching(Dispatcher, Protocol):
    """What drives goals, from `recover` to `drain`, while it runs."""

    @property
    def driven(self) -> list[str]: ...

    async def recover(self) -> int: ...

    async def run(self) -> None: ...

    async def drain(self, grace: float) -> None: ...

    async def say_waited(self, goal_id: str, why: str, since: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Driving:
    agents: Agents
    queue: Queue
    workspaces: Workspaces
    checker: Checker
    dispatcher: Dispatching


def driving(on: Ground, minds: Minds | None, workspaces: Workspaces) -> Driving:
    store = on.store
    builtin, judge = (minds.agent, minds.judge) if minds else (None, None)
    agents = Agents(on.plugins, on.settings.agent_specs(), on.executor, builtin)
    queue = Queue(store.goals, on.journal, on.rules, on.clock)
    checker = Checker(
        on.plugins,
        on.executor,
        workspaces,
        store.history,
        on.clock,
        on.environ,
        judge,
        on.confining,
        on.clean,
        outside(on),
    )
    driver = Driver(
        store.goals,
        store.steps,
        on.journal,
        workspaces,
        checker,
        agents,
        store.ledger,
        on.clock,
        on.confining,
        on.awaiting,
        on.tracing.stepped if on.tracing else unseen,
    )
    return Driving(agents, queue, workspaces, checker, _dispatcher(on, driver, queue))


def _dispatcher(on: Ground, driver: Driver, queue: Queue) -> Dispatching:
    if on.settings.dispatch == "procrastinate":
        return _shared(on, driver, queue)
    return LocalDispatcher(
        on.store.goals,
        driver,
        queue,
        on.journal,
        on.executor,
        on.clock,
        taken_up=on.telemetry.taken_up,
    )


def _shared(on: Ground, driver: Driver, queue: Queue) -> Dispatching:
    from bot.dispatch.procrastinate import Parts, SharedDispatcher  # Heavy, and most never need it.
    from bot.dispatch.worker import Workplace

    section, line = on.settings.workers, on.executor.lifeline
    assert line is not None
    dispatcher = SharedDispatcher(
        Parts(on.store.goals, driver, queue, on.journal, on.executor, on.clock),
        Workplace(
            section.name or f"{gethostname()}:{on.settings.state.absolute()}",
            section.slots,
            section.lease,
            on.settings.store,
        ),
        line,
        Holds(on.settings.state, section.lease).of,
        works=on.role.does(Part.DRIVE),
        taken_up=on.telemetry.taken_up,
    )
    on.store.signals.subscribe(dispatcher.heard)
    return dispatcher
