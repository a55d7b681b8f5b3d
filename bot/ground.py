"""What every part of the bot stands on, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.settings import Settings
from goals.domain.rules import ChannelRules
from goals.journal import Journal
from goals.plugins import Plugins
from goals.ports import Clock
from goals.store import Store
from goals.work.executor import LocalExecutor
from goals.work.redact import Redactor

Rules = Callable[[str], ChannelRules]


@dataclass(frozen=True, slots=True)
class Ground:
    """`rules` are those of a channel, `environ` is what commands may be given of, `clean` takes secrets out of a text."""

    settings: Settings
    store: Store
    clock: Clock
    rules: Rules
    plugins: Plugins
    environ: Mapping[str, str]
    clean: Callable[[str], str]
    executor: LocalExecutor
    journal: Journal


def ground(
    settings: Settings, store: Store, clock: Clock, rules: Rules, plugins: Plugins, environ: Mapping[str, str]
) -> Ground:
    return Ground(
        settings,
        store,
        clock,
        rules,
        plugins,
        environ,
        Redactor(settings.secrets()).clean,
        LocalExecutor(settings.state, environ=environ),
        Journal(store.goals, clock),
    )
