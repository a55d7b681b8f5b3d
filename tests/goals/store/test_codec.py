import json
import math
from datetime import datetime

import pytest

from goals.domain.events import ApprovalAsked, BudgetWarned, Checked, Event, Finished, TurnEnded, WaitStarted
from goals.domain.values import (
    Approval,
    ApprovalKind,
    FileChange,
    Goal,
    Person,
    Reason,
    Status,
    Verdict,
    Wait,
    WaitKind,
)
from goals.store.codec import dump, load, load_event
from goals.store.columns import UtcDateTime
from tests.given import ANA, NOW, check, goal


@pytest.mark.parametrize(
    "event",
    [
        TurnEnded(1, 2.5, "done", (FileChange("a.py", 1, 2),), check(True), "completed"),
        Checked(check(False), "go on"),
        ApprovalAsked(Approval("a1", "g1", ApprovalKind.PLAN, "plan", "d", NOW, by=ANA)),
        BudgetWarned("turns", 80, 16, 20, None),
        WaitStarted(Wait(WaitKind.ANSWER, "which?", NOW, on=("a1",))),
        Finished(Status.FAILED, Reason.EXPIRED, "too late", by=Person("ü", "名前")),
    ],
)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert load_event(type(event).__name__, dump(event)) == event


def test_a_goal_that_was_stored_before_contracts_had_revisions_is_read() -> None:
    newer = {"revisions", "told_revision", "home", "reopens"}
    document = json.loads(dump(goal()))
    old = {key: value for key, value in document.items() if key not in newer}
    old["request"] = {k: v for k, v in document["request"].items() if k not in ("subgoals", "fresh_context")}
    assert load(Goal, json.dumps(old)) == goal()


def test_a_number_that_json_does_not_know_is_no_number() -> None:
    assert load(Verdict, dump(Verdict(True, "so", value=math.nan))).value is None


def test_half_a_character_is_replaced() -> None:
    assert load(Verdict, dump(Verdict(True, "a\ud83db"))).reason == "a?b"


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]
