"""What works on goals: the agents, the queue, the checks, and the dispatcher that drives them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dispatch.local import LocalDispatcher
from bot.ground import Ground
from bot.minds import Minds
from bot.outside import outside
from goals.checker import Checker
from goals.driver import Driver
from goals.plugins import Agents
from goals.ports import Workspaces
from goals.queue import Queue


@dataclass(frozen=True, slots=True)
class Driving:
    agents: Agents
    queue: Queue
    workspaces: Workspaces
    checker: Checker
    dispatcher: LocalDispatcher


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
    )
    dispatcher = LocalDispatcher(
        store.goals,
        driver,
        queue,
        on.journal,
        on.executor,
        on.clock,
        taken_up=on.telemetry.taken_up,
    )
    return Driving(agents, queue, workspaces, checker, dispatcher)
