"""The state machine: (goal, fact) → the next goal and the events that tell of it.

TABLE says what each fact does in each status; what is not in it is refused with one sentence. Nothing else
changes a goal's status.
"""

from __future__ import annotations

from goals.domain import events, facts
from goals.domain.change import Change
from goals.domain.errors import NotNow
from goals.domain.transitions import actions, approvals, contract, drive, parks, people, queue, time
from goals.domain.transitions.rows import Transition
from goals.domain.values import Goal, Status

TABLE: dict[tuple[Status, type[facts.Fact]], Transition] = {
    (status, fact): transition
    for rows in (
        drive.ROWS,
        actions.ROWS,
        approvals.ROWS,
        people.ROWS,
        parks.ROWS,
        contract.ROWS,
        time.ROWS,
        queue.ROWS,
    )
    for fact, transition, statuses in rows
    for status in statuses
}


def opened(goal: Goal) -> Change:
    """A new goal comes into the world, queued."""
    return Change(goal, (events.Opened(goal.owner, goal.request.objective, goal.reopens),), by=goal.owner)


def apply(goal: Goal, fact: facts.Fact) -> Change:
    """What a fact makes of a goal. Raises NotNow with one sentence where the table has no entry."""
    transition = TABLE.get((goal.status, type(fact)))
    if transition is None:
        raise NotNow(_refusal(goal, fact))
    return transition(goal, fact)


def _refusal(goal: Goal, fact: facts.Fact) -> str:
    if goal.status.terminal:
        return f"Goal {goal.id} has ended ({goal.status.value}); it cannot be changed any more."
    if isinstance(fact, facts.Approved | facts.Denied):
        return f"Goal {goal.id} has no open approval: it is {goal.status.value}."
    if goal.status is Status.PAUSED and isinstance(fact, facts.PutAside | facts.Unwaited | facts.WrapUp):
        return f"Goal {goal.id} is paused and does nothing; `/goal {goal.id} resume` makes it go on."
    wish = _WISHES.get(type(fact))
    name = goal.status.value.replace("_", " ")
    return f"Goal {goal.id} is {name} and cannot be {wish or 'changed that way'} now."


_WISHES: dict[type[facts.Fact], str] = {
    facts.Paused: "paused",
    facts.Resumed: "resumed",
    facts.Moved: "moved",
    facts.PutAside: "put aside",
    facts.Unwaited: "woken",
    facts.CheckAsked: "checked",
    facts.WrapUp: "wrapped up",
}
