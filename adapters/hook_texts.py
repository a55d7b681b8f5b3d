"""What Goalward says about hooks: to those whom they tell, where they start a goal, and when one is given up."""

from __future__ import annotations

from adapters.figures import cut
from goals.domain.events import HookGivenUp
from goals.domain.hooks import Moment
from goals.domain.values import Goal, Mode
from goals.ports import HookEvent

TITLE, FOUND = 80, 400
HAPPENED = {Moment.ACHIEVED: "is met", Moment.FAILED: "has failed", Moment.PAUSED: "is paused"}


def notified(goal: Goal, event: HookEvent, to: str) -> str:
    """The message of a `notify` hook; the first words say what matters."""
    whom = f"{to}: " if to.startswith("@") else ""
    what = f"🔔 {whom}{_subject(goal)} {HAPPENED[event.moment]}: {_about(goal)}."
    found = cut(event.explanation.strip(), FOUND).rstrip(".")
    return f"{what} {found[:1].upper()}{found[1:]}." if found else what


def linked(goal: Goal, event: HookEvent) -> str:
    """The first message of a thread whose goal a hook starts."""
    return (
        f"🔗 {_subject(goal)} of @{goal.owner.name or goal.owner.id} {HAPPENED[event.moment]}: {_about(goal)}."
        f" Its hook starts the goal in this thread."
    )


def given_up(goal_id: str, event: HookGivenUp) -> str:
    tried = f"after {event.tries} tries" if event.tries > 1 else "at once"
    return (
        f"📪 Goal {goal_id}: the hook `{event.hook}` was given up {tried}: {event.why.rstrip('.')}."
        f" Nothing more is sent for this edge; `goalward hooks retry {event.row}` tries it again."
    )


def _subject(goal: Goal) -> str:
    return f"{'Monitor' if goal.request.mode is Mode.MONITOR else 'Goal'} {goal.id}"


def _about(goal: Goal) -> str:
    return cut(goal.request.objective, TITLE).rstrip(".")
