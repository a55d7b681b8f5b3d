"""Whether processes that share a store agree on their secrets, and whether somebody does each part of the work: what
`goalward doctor` finds of that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.findings import Finding, fine, warning
from bot.roles import DOES, way_out
from bot.settings import Settings
from goals.domain.errors import GoalError
from goals.domain.parts import Part
from goals.store.attendance import at_work


def sharing(settings: Settings) -> list[Finding]:
    """Nothing to say of one machine."""
    if settings.dispatch == "local":
        return []
    found = []
    if settings.hooks.secret is None:
        found.append(
            warning(
                "Webhooks are refused: each machine would sign them with a secret of its own.",
                "Set GOALWARD_HOOKS__SECRET, the same on all of them.",
            )
        )
    if settings.local.key is None and not settings.local.open:
        found.append(
            warning(
                "Each gateway makes a key for its page at its start, so that a page knows one of them only.",
                "Set GOALWARD_LOCAL__KEY, the same on all of them.",
            )
        )
    return found


async def attendance(settings: Settings, state: Path) -> list[Finding]:
    """Whether somebody does each part of the work. Nothing to say of one machine, nor of a store that cannot be read."""
    if settings.dispatch == "local":
        return []
    try:
        processes = await asyncio.to_thread(at_work, settings.store, state)
    except GoalError:
        return []
    return [] if processes is None else _attended(processes)


def _attended(processes: Mapping[Part, int]) -> list[Finding]:
    missing = [warning(f"No process {DOES[part]}.", way_out(part)) for part in Part if not processes[part]]
    return missing or [fine("Each part of the work is done by a process that is up.")]
