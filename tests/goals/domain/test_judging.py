"""When the judge is asked: never while a verifier fails, and whenever its word can end something."""

from dataclasses import replace

import pytest

from goals.domain import judging
from goals.domain.findings import Findings, Said, TurnReport
from goals.domain.values import Check, FileChange, Goal, Status
from tests.given import check, findings, goal_in

WORKED = TurnReport("worked on it", calls=2)


def active(last: Check | None = None, **changes: object) -> Goal:
    return goal_in(Status.ACTIVE, check=last or check(True), **{"turn": 4, "judged_turn": 4, **changes})


def found(*met: bool | None, report: TurnReport | None = WORKED, unjudged: bool = True) -> Findings:
    return findings(check=check(*met, unjudged=unjudged), report=report)


@pytest.mark.parametrize(
    "met", [(False,), (None,), (True, False)], ids=["fails", "broke", "one of two fails"]
)
@pytest.mark.parametrize("stops", [True, False])
def test_a_verifier_that_does_not_pass_costs_no_judge(met: tuple[bool | None, ...], stops: bool) -> None:
    proposed = TurnReport("done", Said(complete=True), calls=0)
    assert not judging.due(active(), found(*met, report=proposed), stops=stops)


def test_a_judge_that_is_not_there_or_has_spoken_is_not_asked() -> None:
    assert not judging.due(active(), found(True, unjudged=False), stops=True)


@pytest.mark.parametrize(
    ("goal", "report", "stops", "due"),
    [
        (active(), WORKED, False, False),
        (active(), WORKED, True, True),
        (active(), TurnReport("done", Said(complete=True), calls=2), False, True),
        (active(), TurnReport("hm", calls=0), False, True),
        (active(), TurnReport("a command's run", calls=None), False, True),
        (active(check(False)), WORKED, False, True),
        (active(turn=6), WORKED, False, True),
        (active(turn=5), WORKED, False, False),
        (active(), None, False, True),
    ],
    ids=[
        *("nothing new", "it would stop", "proposed", "no call", "no calls reported"),
        *("first pass", "three turns since", "two turns since", "a check without a turn"),
    ],
)
def test_it_is_asked_where_its_word_can_end_something(
    goal: Goal, report: TurnReport | None, stops: bool, due: bool
) -> None:
    assert judging.due(goal, found(True, report=report), stops=stops) is due


def test_while_protected_files_differ_the_judge_is_not_asked() -> None:
    proposed = TurnReport("done", Said(complete=True), calls=0)
    differing = replace(found(True, report=proposed), files=(FileChange("a.lock", 1),))
    assert not judging.due(active(protect=("*.lock",)), differing, stops=True)


def test_the_first_turn_that_passes_is_judged() -> None:
    goal = goal_in(Status.ACTIVE, check=None)
    assert judging.due(goal, found(True), stops=False)


def test_without_verifiers_a_working_agent_is_judged_every_third_turn() -> None:
    due = [judging.due(active(check(), turn=4 + n), found(), stops=False) for n in range(3)]
    assert due == [False, False, True]
