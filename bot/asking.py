"""Where goals are asked for: the service, and the drafts that become goals."""

from __future__ import annotations

from dataclasses import dataclass

from bot.driving import Driving
from bot.ground import Ground
from bot.minds import Minds
from goals.draft_desk import DraftDesk
from goals.drafting import Drafter
from goals.service import GoalService


@dataclass(frozen=True, slots=True)
class Asking:
    service: GoalService
    drafts: DraftDesk
    drafter: Drafter


def asking(on: Ground, driving: Driving, minds: Minds | None) -> Asking:
    store = on.store
    service = _service(on, driving, minds)
    drafts = DraftDesk(store.drafts, store.goals, service, on.clock)
    proposer = minds.proposer if minds else None
    return Asking(service, drafts, Drafter(drafts, store.drafts, service, store.ledger, on.clock, proposer))


def _service(on: Ground, driving: Driving, minds: Minds | None) -> GoalService:
    store = on.store
    return GoalService(
        store.goals,
        store.history,
        on.journal,
        driving.queue,
        on.plugins,
        driving.agents,
        driving.workspaces,
        driving.dispatcher,
        on.clock,
        defaults=on.settings.defaults(),
        rules=on.rules,
        ledger=store.ledger,
        channels=store.channels,
        monitors=store.monitors,
        hooks=store.hooks,
        absent=store.absent,
        unpriced=minds.unpriced if minds else lambda asked: "",
        judged=minds is not None and minds.judge is not None,
    )
