"""Whether processes that share a store agree on their secrets: what `goalward doctor` finds of that."""

from __future__ import annotations

from bot.findings import Finding, warning
from bot.settings import Settings


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
