"""What may come to a monitor in each status, and what each look makes of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from goals.domain import alarms, events, facts, lifecycle
from goals.domain.change import Change
from goals.domain.edits import AddSubgoal, NewObjective
from goals.domain.errors import NotNow
from goals.domain.values import Check, Goal, Reason, Status
from goals.domain.watching import News, Polled, Trigger, Watched
from tests.given import ANA, BEN, NOW, check, goal_in, later, monitor
from tests.goals.domain.test_lifecycle import FACTS

A, S, C, F, X = Status.ACTIVE, Status.PAUSED, Status.COMPLETED, Status.FAILED, Status.CANCELLED
NEXT = later(minutes=1)

EXPECTED: dict[type[facts.Fact], dict[Status, Status]] = {
    facts.Observed: {A: A},
    facts.CheckAsked: {A: A},
    facts.Paused: {A: S},
    facts.Hindered: {A: S},
    facts.Resumed: {S: A},
    facts.ContractChanged: {A: A, S: S},
    facts.Expired: {A: F, S: F},
    facts.CompletedByHand: {A: C, S: C},
    facts.Cancelled: {A: X, S: X},
    facts.Noted: {A: A, S: S},
    facts.Muted: {A: A, S: S},
}


def comes(fact: facts.Fact) -> facts.Fact:
    """The fact as it comes to a monitor."""
    match fact:
        case facts.ContractChanged():
            return replace(fact, edit=NewObjective("the queue is empty"))
        case facts.Observed():
            return replace(fact, news=())
    return fact


def stands(status: Status) -> Goal:
    reason = Reason.OWNER if status is S else None
    ended = NOW if status.terminal else None
    return monitor(status=status, reason=reason, ended_at=ended, deadline=later(hours=1))


@pytest.mark.parametrize("status", Status, ids=str)
@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda f: type(f).__name__)
def test_each_fact_in_each_status_moves_the_monitor_or_is_refused(status: Status, fact: facts.Fact) -> None:
    before = stands(status)
    expected = EXPECTED.get(type(fact), {}).get(status)
    if expected is None:
        with pytest.raises(NotNow) as refusal:
            lifecycle.apply(before, comes(fact))
        assert str(refusal.value).endswith(".") and "g7k2" in str(refusal.value)
    else:
        after = lifecycle.apply(before, comes(fact)).goal
        assert (after.status, after.slot, after.wait) == (expected, None, None)


def test_a_new_monitor_is_active_at_once_and_looked_at_at_once() -> None:
    asked = replace(monitor(), status=Status.QUEUED, started_at=None, version=0)
    change = lifecycle.opened(asked)
    assert (change.goal.status, change.goal.started_at, change.polled) == (A, NOW, Polled(NOW))
    assert change.events == (events.Opened(ANA, "fix the flaky tests"),)


def test_any_other_new_goal_is_queued_and_not_polled() -> None:
    change = lifecycle.opened(goal_in(Status.QUEUED))
    assert (change.goal.status, change.polled) == (Status.QUEUED, None)


def sees(*news: News, before: Goal | None = None, found: Check | None = None, **known: Any) -> Change:
    """What a look with these news makes of a monitor."""
    watched = replace(Watched(checked_at=NOW, met=False, reason="3 failed", since=NOW), **known)
    fact = facts.Observed(NOW, found or check(False), watched, news, NEXT)
    return lifecycle.apply(before or monitor(), fact)


MET = check(True)


def test_the_first_edge_ends_a_monitor_that_does_not_repeat() -> None:
    change = sees(News.FIRED, found=MET, met=True, reason="12 passed", fired=1)
    end = change.goal
    assert (end.status, end.reason, end.explanation) == (C, Reason.PROVEN, "It is met: 12 passed.")
    assert (end.ended_at, end.check, end.watched.fired) == (NOW, MET, 1)
    assert change.events == (
        events.Fired(1, MET, ends=True),
        events.Finished(C, Reason.PROVEN, "It is met: 12 passed."),
    )


def test_the_last_look_becomes_part_of_its_past_like_any_other() -> None:
    change = sees(News.FIRED, found=MET, met=True, reason="12 passed", fired=1)
    assert change.polled == Polled(NEXT, change.goal.watched)


def test_a_monitor_that_repeats_goes_on_after_an_edge() -> None:
    before = monitor(repeat=True)
    change = sees(News.FIRED, before=before, found=MET, met=True, reason="12 passed", fired=4)
    assert (change.goal.status, change.events) == (A, (events.Fired(4, MET, ends=False),))
    assert change.polled == Polled(NEXT, change.goal.watched)


def test_a_change_that_was_waited_for_ends_with_what_it_changed_to() -> None:
    before = monitor(trigger=Trigger.CHANGE)
    change = sees(News.FIRED, before=before, reason="it is 250", fired=1)
    assert change.goal.explanation == "What it watches has changed: it is 250."


def test_news_of_a_look_are_told_in_their_order() -> None:
    before = monitor(repeat=True)
    change = sees(News.MENDED, News.CLEARED, News.STALLED, before=before, same=3, stalled=True)
    assert change.events == (
        events.VerifierMended(check(False)),
        events.Cleared(check(False)),
        events.Stalled(3, NOW, "3 failed"),
    )


def test_a_check_that_breaks_says_why_and_when_it_is_tried_again() -> None:
    change = sees(News.BROKE, found=check(None), broken=1, broken_at=NOW, broke="it hung")
    assert (change.goal.status, change.events) == (A, (events.VerifierBroke("it hung", NEXT),))


DEADLINE: dict[str, tuple[Goal, tuple[News, ...], dict[str, Any], Status, Reason, str]] = {
    "not met": (monitor(), (), {}, F, Reason.EXPIRED, "Seen last: 3 failed."),
    "met on the same check": (
        monitor(), (News.FIRED,), {"met": True, "reason": "12 passed", "fired": 1}, C, Reason.PROVEN, "It is met: 12 passed.",
    ),
    "met and armed again": (
        monitor(repeat=True), (News.FIRED,), {"met": True, "reason": "ok", "fired": 2}, C, Reason.PROVEN, "It is met: ok.",
    ),
    "still met": (
        monitor(repeat=True), (), {"met": True, "reason": "ok", "fired": 2}, C, Reason.PROVEN, "It is met: ok.",
    ),
    "broken after it was met": (
        monitor(repeat=True), (News.BROKE,), {"met": True, "broken": 1, "broke": "it hung"}, F, Reason.EXPIRED,
        "Its verifier could not check it: it hung.",
    ),
    "changed on the same check": (
        monitor(repeat=True, trigger=Trigger.CHANGE), (News.FIRED,), {"reason": "it is 9", "fired": 3}, C, Reason.PROVEN,
        "What it watches has changed: it is 9.",
    ),
    "met, where changes are watched": (
        monitor(trigger=Trigger.CHANGE), (), {"met": True, "reason": "ok"}, F, Reason.EXPIRED, "Seen last: ok.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DEADLINE)
def test_a_deadline_ends_it_and_met_on_the_same_check_wins(case: str) -> None:
    before, news, known, status, reason, words = DEADLINE[case]
    before = replace(before, request=replace(before.request, deadline=NOW))
    end = sees(*news, News.EXPIRED, before=before, **known).goal
    said = words if words.endswith("12 passed.") else f"The deadline 2026-11-21 12:00 UTC has passed. {words}"
    assert (end.status, end.reason, end.explanation) == (status, reason, said)


@pytest.mark.parametrize(
    ("status", "at", "words"),
    [
        (A, later(minutes=8), "No check at its deadline came to an end."),
        (S, later(minutes=5), "It was paused."),
    ],
)
def test_time_alone_ends_what_no_look_ends(status: Status, at: datetime, words: str) -> None:
    before = monitor(status=status, deadline=later(minutes=5))
    fact = alarms.due(before, later(minutes=9))
    assert fact is not None and alarms.alarm_at(before) == at
    assert (
        lifecycle.apply(before, fact).goal.explanation
        == f"The deadline 2026-11-21 12:05 UTC has passed. {words}"
    )


def test_whoever_asks_for_a_check_is_told_of_it_once() -> None:
    asked = lifecycle.apply(monitor(), facts.CheckAsked(NOW, BEN))
    assert (asked.events, asked.polled) == ((events.CheckAsked(BEN),), Polled(NOW, Watched(), sooner=True))
    told = sees(before=asked.goal)
    assert (told.events, told.goal.check_by) == ((events.CheckedByHand(check(False), BEN),), None)
    assert sees(before=told.goal).events == ()


@pytest.mark.parametrize("news", (News.FIRED, News.BROKE))
def test_a_check_by_hand_that_brings_what_everybody_is_told_is_not_told_twice(news: News) -> None:
    before = monitor(repeat=True, check_by=BEN)
    assert len(sees(news, before=before, fired=1, broke="it hung").events) == 1


def test_a_second_person_who_asks_for_a_check_is_told_that_one_is_under_way() -> None:
    with pytest.raises(NotNow, match="Goal g7k2 is being checked already"):
        lifecycle.apply(monitor(check_by=BEN), facts.CheckAsked(NOW, ANA))


def test_a_paused_monitor_is_not_checked_and_says_what_to_do() -> None:
    with pytest.raises(NotNow, match=r"is paused; `/goal g7k2 resume` makes it look at once"):
        lifecycle.apply(stands(S), facts.CheckAsked(NOW, ANA))


def test_a_resumed_monitor_looks_at_once_and_knows_what_it_had_seen() -> None:
    knows = Watched(met=True, fired=2)
    paused = lifecycle.apply(monitor(watched=knows, check_by=BEN), facts.Paused(NOW, ANA)).goal
    assert (paused.reason, paused.summary, paused.check_by) == (Reason.OWNER, "It has fired 2 times.", None)
    again = lifecycle.apply(paused, facts.Resumed(NEXT, ANA))
    assert (again.goal.status, again.goal.reason, again.polled) == (A, None, Polled(NEXT, knows, sooner=True))


def test_new_words_make_a_new_revision_and_nothing_else() -> None:
    change = lifecycle.apply(monitor(), facts.ContractChanged(NOW, ANA, NewObjective("p99 under 300 ms")))
    assert (change.goal.revision, change.goal.request.objective, change.goal.status) == (
        2,
        "p99 under 300 ms",
        A,
    )
    assert change.polled is None


REFUSED: dict[facts.Fact, str] = {
    FACTS[facts.Steered]: "no agent works on it that could be steered",
    FACTS[facts.BudgetRaised]: "there is no budget to change",
    FACTS[facts.PutAside]: "`/goal g7k2 pause` stops it until `/goal g7k2 resume`",
    FACTS[facts.Unwaited]: "`/goal g7k2 check` looks now",
    FACTS[facts.WrapUp]: "there is no turn to wrap up",
    FACTS[facts.Moved]: "it stands in no queue",
    facts.ContractChanged(NOW, ANA, AddSubgoal("document it")): "nobody judges criteria or constraints",
}


@pytest.mark.parametrize("fact", REFUSED, ids=lambda f: type(f).__name__)
def test_what_is_nothing_for_a_monitor_is_refused_with_what_is(fact: facts.Fact) -> None:
    with pytest.raises(NotNow, match=f"^Goal g7k2 is a monitor: .*{REFUSED[fact]}"):
        lifecycle.apply(monitor(), fact)
