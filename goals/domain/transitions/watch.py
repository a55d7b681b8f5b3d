"""What happens to a monitor: it is looked at, fires, breaks and mends, and people pause, check and end it.

A monitor has no queue, agent, budget or plan: it is active from the start, or paused, until it ends.
"""

from __future__ import annotations

from dataclasses import replace

from goals.domain import events, facts, moves
from goals.domain.change import Change
from goals.domain.edits import NewObjective
from goals.domain.errors import NotNow
from goals.domain.events import Event
from goals.domain.transitions import contract, parks, people
from goals.domain.transitions.rows import A, Row, S
from goals.domain.values import Goal, Reason, Status
from goals.domain.watching import News, Polled, Trigger, Watch

BOTH = (A, S)


def opened(goal: Goal) -> Change:
    """A monitor is looked at at once; nothing has to be free for it."""
    active = replace(goal, status=Status.ACTIVE, started_at=goal.created_at)
    told = events.Opened(goal.owner, goal.request.objective, goal.reopens)
    return Change(active, (told,), by=goal.owner, polled=Polled(goal.created_at))


def observed(goal: Goal, fact: facts.Observed) -> Change:
    """Whoever asked for the check is told of it, unless it brought what everybody is told.

    The last look says that it is polled as well, so that it becomes part of its past.
    """
    polled = Polled(fact.next_at, fact.watched)
    seen = replace(goal, watched=fact.watched, check=fact.check, check_by=None)
    end = _end(goal, fact)
    told = tuple(_event(each, fact, ends=end is not None) for each in fact.news if each is not News.EXPIRED)
    if end is not None:
        last = moves.finish(seen, *end, fact.at)
        return Change(last.goal, (*told, *last.events), polled=polled)
    if goal.check_by is not None and not {News.FIRED, News.BROKE} & set(fact.news):
        told = (*told, events.CheckedByHand(fact.check, goal.check_by))
    return Change(seen, told, polled=polled)


def _event(news: News, fact: facts.Observed, ends: bool) -> Event:
    watched = fact.watched
    match news:
        case News.FIRED:
            return events.Fired(watched.fired, fact.check, ends)
        case News.CLEARED:
            return events.Cleared(fact.check)
        case News.BROKE:
            return events.VerifierBroke(watched.broke, fact.next_at)
        case News.MENDED:
            return events.VerifierMended(fact.check)
        case _:
            return events.Stalled(watched.same, watched.since or fact.at, watched.reason)


def _end(goal: Goal, fact: facts.Observed) -> tuple[Status, Reason, str] | None:
    """How the check ends the monitor, if it does; met on the check at its deadline is met."""
    watch, watched = goal.request.watch or Watch(), fact.watched
    fired, over = News.FIRED in fact.news, News.EXPIRED in fact.news
    if fired and not watch.repeat:
        return Status.COMPLETED, Reason.PROVEN, _found(watch, fact)
    if not over:
        return None
    met = watch.trigger is Trigger.MET and watched.met is True and not watched.broken
    if fired or met:
        return Status.COMPLETED, Reason.PROVEN, f"{_passed(goal)} {_found(watch, fact)}"
    return Status.FAILED, Reason.EXPIRED, f"{_passed(goal)} {_missed(fact)}".rstrip()


def _found(watch: Watch, fact: facts.Observed) -> str:
    what = "What it watches has changed" if watch.trigger is Trigger.CHANGE else "It is met"
    return f"{what}: {_sentence(fact.watched.reason)}"


def _missed(fact: facts.Observed) -> str:
    watched = fact.watched
    if watched.broken:
        return f"Its verifier could not check it: {_sentence(watched.broke)}"
    return f"Seen last: {_sentence(watched.reason)}" if watched.reason else ""


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."


def _passed(goal: Goal) -> str:
    return f"The deadline {goal.request.deadline:%Y-%m-%d %H:%M} UTC has passed."


def check_asked(goal: Goal, fact: facts.CheckAsked) -> Change:
    if goal.check_by is not None:
        raise NotNow(f"Goal {goal.id} is being checked already.")
    asked = replace(goal, check_by=fact.by)
    polled = Polled(fact.at, goal.watched, sooner=True)
    return Change(asked, (events.CheckAsked(fact.by),), by=fact.by, polled=polled)


def paused(goal: Goal, fact: facts.Paused) -> Change:
    need = f"{goal.owner.mention} can resume it with the button or `/goal resume`."
    why = fact.why or f"{fact.by.mention} paused it."
    quiet = replace(goal, check_by=None)
    return moves.pause(quiet, Reason.OWNER, why, need, fact.at, by=fact.by, summary=_stand(goal))


def hindered(goal: Goal, fact: facts.Hindered) -> Change:
    need = f"{goal.owner.mention} can put it right and resume the goal."
    quiet = replace(goal, check_by=None)
    return moves.pause(quiet, Reason.BLOCKED, fact.explanation, need, fact.at, summary=_stand(goal))


def _stand(goal: Goal) -> str:
    fired = goal.watched.fired
    return f"It has fired {fired} time{'s' * (fired != 1)}." if fired else "It has not fired yet."


def resumed(goal: Goal, fact: facts.Resumed) -> Change:
    """It is looked at at once: what changed while it was paused is news now."""
    active = replace(goal, status=Status.ACTIVE, reason=None, explanation="", summary="")
    polled = Polled(fact.at, goal.watched, sooner=True)
    return Change(active, (events.Resumed(fact.by),), by=fact.by, polled=polled)


def revised(goal: Goal, fact: facts.ContractChanged) -> Change:
    """Its verifiers decide alone, so that only its words can be changed."""
    if not isinstance(fact.edit, NewObjective):
        raise NotNow(
            f"Goal {goal.id} is a monitor: its verifiers decide alone, nobody judges criteria or constraints."
            f" `/goal {goal.id} edit …` changes its words; other verifiers need a new monitor."
        )
    return contract.revised(goal, fact)


def expired(goal: Goal, fact: facts.Expired) -> Change:
    """Time alone ends a monitor that is paused, or whose last check never came back."""
    why = "It was paused." if goal.status is Status.PAUSED else "No check at its deadline came to an end."
    return moves.finish(goal, Status.FAILED, Reason.EXPIRED, f"{_passed(goal)} {why}", fact.at)


ROWS: tuple[Row, ...] = (
    (facts.Observed, observed, (A,)),
    (facts.CheckAsked, check_asked, (A,)),
    (facts.Paused, paused, (A,)),
    (facts.Hindered, hindered, (A,)),
    (facts.Resumed, resumed, (S,)),
    (facts.ContractChanged, revised, BOTH),
    (facts.Expired, expired, BOTH),
    (facts.CompletedByHand, people.completed_by_hand, BOTH),
    (facts.Cancelled, people.cancelled, BOTH),
    (facts.Noted, people.noted, BOTH),
    (facts.Muted, parks.muted, BOTH),
)
