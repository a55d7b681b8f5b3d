"""The web interface of a core: the local channel with all that belongs to it, or no more than whether it lives."""

from __future__ import annotations

from fastapi import FastAPI

from adapters import grammar
from adapters.local import PAGE, LocalAdapter
from bot.app import Core
from bot.web import goals, health, hooks
from bot.web.app import create_app
from bot.web.elsewhere import Elsewhere, told
from bot.web.guard import Access


def local_channel(core: Core, access: Access) -> tuple[LocalAdapter, FastAPI]:
    """The local channel of a core that has not started yet: its adapter, and the web interface over it."""
    local = _brought(core)
    core.journal.subscribe(lambda change: local.feed.tell("goal", told(change.goal)))
    elsewhere = Elsewhere(local.feed, core.store.goals, core.store.rooms, core.clock)
    core.store.signals.subscribe(elsewhere.heard)
    core.beside("pages", elsewhere.run)
    app = create_app(
        local.router(core.inbox.accept, grammar.commands),
        goals.router(core.service),
        hooks.router(core.hook_desk),
        health.router(core.problems, core.measured),
        access=access,
        page=PAGE,
        clean=core.clean,
    )
    return local, app


def health_alone(core: Core, access: Access) -> tuple[LocalAdapter, FastAPI]:
    """The same for a core that does not talk with people: what its hooks say in the local channel others show."""
    local = _brought(core)
    return local, create_app(health.router(core.problems, core.measured), access=access, clean=core.clean)


def _brought(core: Core) -> LocalAdapter:
    local = LocalAdapter(core.store.rooms, core.clock)
    core.bring("local", local.port)
    return local
