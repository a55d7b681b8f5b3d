"""What puts a goal aside or takes it off its way for a while: waits, answers, a check or a last word by hand."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import budget, events, facts, guard, moves
from goals.domain.change import Change
from goals.domain.errors import NotNow
from goals.domain.transitions import people
from goals.domain.transitions.rows import A, Q, Row, S, W
from goals.domain.values import UNFINISHED, Back, Goal, Next, Status, Wait, WaitKind


def put_aside(goal: Goal, fact: facts.PutAside) -> Change:
    """What it was at goes on later where it was; a turn that is cut short this way is no crash."""
    _refuse_while_asked(goal, (WaitKind.APPROVAL, WaitKind.ANSWER))
    _refuse_while_checked(goal)
    since = goal.wait.since if goal.wait else fact.at
    wait = Wait(WaitKind.TIME, f"{fact.by.mention} put it aside", since, until=fact.until)
    streaks = replace(goal.streaks, crashes=0, automatic=0)
    at_work = goal.status is Status.ACTIVE
    parked = replace(
        goal,
        status=Status.WAITING,
        wait=wait,
        streaks=streaks,
        due_at=None,
        queued_at=fact.at if at_work else goal.queued_at,
    )
    return Change(parked, (events.WaitStarted(wait),), by=fact.by)


def answered(goal: Goal, fact: facts.Steered) -> Change:
    """What is said to a goal that has asked is the answer."""
    said = people.steered(goal, fact)
    if goal.wait is None or goal.wait.kind is not WaitKind.ANSWER:
        return said
    return moves.wake(said.goal, f"{fact.by.mention} answered", fact.at, said.events, by=fact.by)


def check_asked(goal: Goal, fact: facts.CheckAsked) -> Change:
    """The verifiers run before anything else; then the goal stands where it stood, unless it is met."""
    _refuse_while_asked(goal, (WaitKind.APPROVAL,))
    _refuse_while_checked(goal)
    _refuse_uncheckable(goal)
    told = (events.CheckAsked(fact.by),)
    if goal.wait is not None and goal.wait.kind is WaitKind.VERIFIER and goal.wait.verifier is None:
        return moves.wake(goal, f"{fact.by.mention} asked for a check", fact.at, told, by=fact.by)
    back = Back(
        fact.by, goal.status, goal.next, goal.queued_at, goal.reason, goal.explanation, goal.wait,
        front=goal.front, held=goal.slot is not None, due_at=goal.due_at, moved=goal.moved,
    )  # fmt: skip
    away = replace(moves.at_once(goal, fact.at), next=Next.CHECK, back=back)
    return Change(away, told, by=fact.by)


def wrap_up(goal: Goal, fact: facts.WrapUp) -> Change:
    """One last turn without tools; a turn under way is cut short."""
    if goal.baseline is None:
        raise NotNow(f"Goal {goal.id} has not begun; there is nothing to sum up. `pause` or `cancel` it.")
    if goal.next is Next.WIND_DOWN:
        raise NotNow(f"Goal {goal.id} is being wrapped up already.")
    withdrawn = moves.withdraw(goal, fact.at)
    last = replace(
        moves.without_asks(moves.at_once(goal, fact.at)),
        next=Next.WIND_DOWN,
        winding_down="",
        wrapped_by=fact.by,
        back=None,
    )
    return Change(last, (*withdrawn, events.WrapUpAsked(fact.by)), by=fact.by)


def muted(goal: Goal, fact: facts.Muted) -> Change:
    return Change(replace(goal, muted=fact.on), (events.Muted(fact.by, fact.on),), by=fact.by)


def _refuse_while_asked(goal: Goal, kinds: tuple[WaitKind, ...]) -> None:
    if goal.wait is not None and goal.wait.kind in kinds:
        raise NotNow(f"Goal {goal.id} waits for somebody's word already and does nothing before it comes.")


def _refuse_while_checked(goal: Goal) -> None:
    if goal.back is not None:
        raise NotNow(f"Goal {goal.id} is being checked; say it again when the check is done.")


def _refuse_uncheckable(goal: Goal) -> None:
    if goal.baseline is None:
        raise NotNow(f"Goal {goal.id} has not begun; when it does, its verifiers run first of all.")
    if goal.status is Status.ACTIVE and goal.due_at is None:
        raise NotNow(f"Goal {goal.id} is at work; its verifiers run when the turn ends.")
    if budget.left(goal).seconds == 0:
        pause = guard.spent_pause(goal, "seconds")
        raise NotNow(f"Goal {goal.id} has no time left for a check: {pause.explanation} {pause.need}")


ROWS: tuple[Row, ...] = (
    (facts.PutAside, put_aside, (Q, A, W)),
    (facts.Unwaited, people.woken_by_hand, (W,)),
    (facts.Steered, answered, (W,)),
    (facts.CheckAsked, check_asked, (Q, A, W, S)),
    (facts.WrapUp, wrap_up, (Q, A, W)),
    (facts.Muted, muted, UNFINISHED),
)
