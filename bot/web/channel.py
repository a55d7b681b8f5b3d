"""The local channel over HTTP, put together for a core."""

from __future__ import annotations

from fastapi import FastAPI

from adapters import grammar
from adapters.local import PAGE, LocalAdapter
from bot.app import Core
from bot.web import goals, health, hooks
from bot.web.app import create_app
from bot.web.guard import Access
from goals.domain.change import Change


def local_channel(core: Core, access: Access) -> tuple[LocalAdapter, FastAPI]:
    """The local channel of a core that has not started yet: its adapter, and the web interface over it."""
    local = LocalAdapter(core.store.rooms, core.clock)
    core.bring("local", local.port)
    core.journal.subscribe(lambda change: local.feed.tell("goal", _told(change)))
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


def _told(change: Change) -> dict[str, str | int]:
    goal = change.goal
    return {
        "id": goal.id,
        "channel": goal.origin.channel_key,
        "status": goal.status.value,
        "version": goal.version,
    }
