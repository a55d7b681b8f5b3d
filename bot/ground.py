"""What every part of the bot stands on, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.roles import ALL, Role
from bot.settings import Settings
from bot.telemetry import Telemetry
from bot.tracing import Tracing, tracing
from goals.awaiting import Awaiting
from goals.clean import Once
from goals.confining import Confining
from goals.domain.rules import ChannelRules
from goals.journal import Journal
from goals.plugins import Plugins
from goals.ports import Clock
from goals.right_of_way import RightOfWay
from goals.store import Store
from goals.work.bubblewrap import NAME, Bubblewrap
from goals.work.executor import LocalExecutor
from goals.work.lifeline import Lifeline
from goals.work.redact import Redactor

Rules = Callable[[str], ChannelRules]


@dataclass(frozen=True, slots=True)
class Ground:
    """`rules` are those of a channel, `environ` is what commands may be given of.

    `clean` takes every secret out of a text that people or models read; `own` only those of the settings, out of
    what is kept and carried out. `confining` says how far a goal's commands are kept in, `awaiting` what their
    agents may wait for, `role` what this process does of all that is to be done; `tracing` is there where somebody
    collects traces. On `way` people who wait to be acknowledged go before the models.
    """

    settings: Settings
    store: Store
    clock: Clock
    rules: Rules
    plugins: Plugins
    environ: Mapping[str, str]
    clean: Once
    own: Once
    executor: LocalExecutor
    confining: Confining
    journal: Journal
    awaiting: Awaiting
    telemetry: Telemetry
    role: Role
    tracing: Tracing | None
    way: RightOfWay


def ground(
    settings: Settings,
    store: Store,
    clock: Clock,
    rules: Rules,
    plugins: Plugins,
    environ: Mapping[str, str],
    sandbox: Bubblewrap | None,
    redactor: Redactor,
    role: Role = ALL,
) -> Ground:
    """`sandbox` is what there is to be put around commands."""
    own = Once(redactor.own)
    return Ground(
        settings,
        store,
        clock,
        rules,
        plugins,
        environ,
        Once(redactor.clean),
        own,
        LocalExecutor(
            settings.state,
            environ=environ,
            sandbox=sandbox,
            clean=redactor.clean,
            lifeline=None if settings.dispatch == "local" else Lifeline(),
        ),
        Confining(NAME if sandbox else "", rules, settings.networked()),
        Journal(store.goals, clock, own),
        Awaiting(plugins, settings.defaults(), rules),
        Telemetry(clock),
        role,
        tracing(settings, environ, clock),
        RightOfWay(),
    )
