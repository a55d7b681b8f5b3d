"""What every part of the bot stands on, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.settings import Settings
from goals.confining import Confining
from goals.domain.rules import ChannelRules
from goals.journal import Journal
from goals.plugins import Plugins
from goals.ports import Clock
from goals.store import Store
from goals.work.bubblewrap import NAME, Bubblewrap
from goals.work.executor import LocalExecutor
from goals.work.redact import Redactor

Rules = Callable[[str], ChannelRules]


@dataclass(frozen=True, slots=True)
class Ground:
    """`rules` are those of a channel, `environ` is what commands may be given of, `clean` takes secrets out of a text,
    `confining` says how far a goal's commands are kept in.
    """

    settings: Settings
    store: Store
    clock: Clock
    rules: Rules
    plugins: Plugins
    environ: Mapping[str, str]
    clean: Callable[[str], str]
    executor: LocalExecutor
    confining: Confining
    journal: Journal


def ground(
    settings: Settings,
    store: Store,
    clock: Clock,
    rules: Rules,
    plugins: Plugins,
    environ: Mapping[str, str],
    sandbox: Bubblewrap | None,
) -> Ground:
    """`sandbox` is what there is to be put around commands."""
    return Ground(
        settings,
        store,
        clock,
        rules,
        plugins,
        environ,
        Redactor(settings.secrets()).clean,
        LocalExecutor(settings.state, environ=environ, sandbox=sandbox),
        Confining(NAME if sandbox else "", rules, settings.networked()),
        Journal(store.goals, clock),
    )
