"""The state machine: (goal, fact) → the next goal and the events that tell of it.

TABLE says what each fact does to a goal that is worked on in each status, WATCHED what it does to a monitor; what
is not in it is refused with one sentence. Nothing else changes a goal's status.
"""

from __future__ import annotations

from goals.domain import events, facts
from goals.domain.change import Change
from goals.domain.errors import NotNow
from goals.domain.transitions import actions, approvals, contract, drive, parks, people, queue, time, watch
from goals.domain.transitions.rows import Row, Transition
from goals.domain.values import Goal, Mode, Status

Table = dict[tuple[Status, type[facts.Fact]], Transition]


def table(*rooms: tuple[Row, ...]) -> Table:
    return {
        (status, fact): transition
        for rows in rooms
        for fact, transition, statuses in rows
        for status in statuses
    }


TABLE = table(
    drive.ROWS,
    actions.ROWS,
    approvals.ROWS,
    people.ROWS,
    parks.ROWS,
    contract.ROWS,
    time.ROWS,
    queue.ROWS,
)
WATCHED = table(watch.ROWS)


def opened(goal: Goal) -> Change:
    """A new goal comes into the world: queued, or watched from now on."""
    if goal.request.mode is Mode.MONITOR:
        return watch.opened(goal)
    return Change(goal, (events.Opened(goal.owner, goal.request.objective, goal.reopens),), by=goal.owner)


def apply(goal: Goal, fact: facts.Fact) -> Change:
    """What a fact makes of a goal. Raises NotNow with one sentence where the table has no entry."""
    rows = WATCHED if goal.request.mode is Mode.MONITOR else TABLE
    transition = rows.get((goal.status, type(fact)))
    if transition is None:
        raise NotNow(_refusal(goal, fact))
    return transition(goal, fact)


def _refusal(goal: Goal, fact: facts.Fact) -> str:
    if goal.status.terminal:
        return f"Goal {goal.id} has ended ({goal.status.value}); it cannot be changed any more."
    if isinstance(fact, facts.Approved | facts.Denied):
        return f"Goal {goal.id} has no open approval: it is {goal.status.value}."
    if goal.request.mode is Mode.MONITOR:
        return _no_monitors(goal, fact)
    if goal.status is Status.PAUSED and isinstance(fact, facts.PutAside | facts.Unwaited | facts.WrapUp):
        return f"Goal {goal.id} is paused and does nothing; `/goal {goal.id} resume` makes it go on."
    wish = _WISHES.get(type(fact))
    name = goal.status.value.replace("_", " ")
    return f"Goal {goal.id} is {name} and cannot be {wish or 'changed that way'} now."


def _no_monitors(goal: Goal, fact: facts.Fact) -> str:
    """Why this is nothing for a monitor, and what is instead."""
    if goal.status is Status.PAUSED and isinstance(fact, facts.CheckAsked):
        return f"Goal {goal.id} is paused; `/goal {goal.id} resume` makes it look at once, and go on."
    reason = _NOT_WATCHING.get(type(fact))
    if reason is not None:
        return f"Goal {goal.id} is a monitor: {reason.format(id=goal.id)}"
    return f"Goal {goal.id} is a monitor that is {goal.status.value}; it cannot be {_WISHES.get(type(fact)) or 'changed that way'} now."


_NOT_WATCHING: dict[type[facts.Fact], str] = {
    facts.Steered: "no agent works on it that could be steered. `/goal {id} edit …` changes its words.",
    facts.BudgetRaised: "no agent works on it and it spends nothing, so that there is no budget to change.",
    facts.PutAside: "it cannot be put aside. `/goal {id} pause` stops it until `/goal {id} resume`.",
    facts.Unwaited: "it waits for nothing that somebody could cut short. `/goal {id} check` looks now.",
    facts.WrapUp: "there is no turn to wrap up. `/goal {id} pause` stops it, `/goal {id} complete` ends it.",
    facts.Moved: "it stands in no queue.",
}
_WISHES: dict[type[facts.Fact], str] = {
    facts.Paused: "paused",
    facts.Resumed: "resumed",
    facts.Moved: "moved",
    facts.PutAside: "put aside",
    facts.Unwaited: "woken",
    facts.CheckAsked: "checked",
    facts.WrapUp: "wrapped up",
}
