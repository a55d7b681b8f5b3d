"""What the bot shows in Slack, made by its own code: for screenshots, and for tests of what fits."""

from __future__ import annotations

from dataclasses import replace

from adapters.bodies import body_for, card_body
from adapters.chat import Body, Press
from adapters.slack.home_view import home_view
from adapters.slack.views import ask_modal, goal_modal
from goals.audit import report
from goals.board import look
from goals.domain.events import ApprovalAsked, BudgetWarned, Finished
from goals.domain.usage import Totals
from goals.domain.values import (
    Approval,
    ApprovalKind,
    Check,
    Checked,
    FileChange,
    Goal,
    Origin,
    Person,
    PlanItem,
    PlanStatus,
    Reason,
    Spent,
    Status,
    Verdict,
    VerifierKind,
)
from tests.given import NOW, goal_in, later

ANA = Person("U0ANA", "ana", "slack", "T0HOME")
BEN = Person("U0BEN", "ben", "slack", "T0HOME")
THERE = Origin("slack", "C0SHOP", "1763775000.000100", "1763775000.000100", "T0HOME")
OBJECTIVE = "Fix the flaky checkout tests"
STEPS = ("reproduce the failure", "isolate the race", "fix it", "run the tests 20 times")


def at_work(objective: str = OBJECTIVE) -> Goal:
    plan = tuple(PlanItem(step, status) for step, status in zip(STEPS, _standing(), strict=True))
    return goal_in(
        Status.ACTIVE,
        objective=objective,
        owner=ANA,
        origin=THERE,
        plan=plan,
        spent=Spent(turns=5, seconds=840, tokens=41_000, usd=1.84),
        turns=20,
        tokens=100_000,
        usd=5.0,
        agent="builtin",
        check=Check(
            NOW,
            "t",
            1,
            (Checked("test: pytest -q", VerifierKind.WORKSPACE, Verdict(False, "3 failing"), "test"),),
        ),
    )


def _standing() -> tuple[PlanStatus, ...]:
    return PlanStatus.COMPLETED, PlanStatus.IN_PROGRESS, PlanStatus.PENDING, PlanStatus.PENDING


USED = Totals(fresh=38_000, cached=31_000, output=3_000, usd=1.84)


def card(objective: str = OBJECTIVE) -> Body:
    return card_body(report(at_work(objective), now=later(minutes=20), used=USED))


def approval(command: str = "git push origin goal/g7k2") -> Body:
    asked = Approval(
        "g7k2-2",
        "g7k2",
        ApprovalKind.ACTION,
        command,
        "d",
        NOW,
        cwd="checkout",
        why="The fix is done; the branch is wanted for review.",
        risk="it writes to a remote repository",
        grant="git push",
    )
    told = report(at_work(), now=later(minutes=21), used=USED, approvals=(asked,))
    return replace(body_for(ApprovalAsked(asked), told), addressed=(ANA,))


def warning(objective: str = OBJECTIVE) -> Body:
    event = BudgetWarned("usd", 80, 4.02, 5.0, 3.0)
    told = report(at_work(objective), now=later(minutes=30), used=USED)
    return replace(body_for(event, told), addressed=(ANA,))


def audit(objective: str = OBJECTIVE) -> Body:
    passed = Check(
        NOW,
        "t",
        1,
        (Checked("test: pytest -q", VerifierKind.WORKSPACE, Verdict(True, "12 passed in 3.1 s"), "test"),),
    )
    ended = replace(
        at_work(objective),
        status=Status.COMPLETED,
        reason=Reason.PROVEN,
        explanation="Every verifier passes.",
        check=passed,
        slot=None,
        ended_at=later(minutes=40),
        files=(FileChange("shop/checkout.py", 14, 6), FileChange("shop/locks.py", 9, 0)),
    )
    told = report(ended, now=later(minutes=40), used=USED)
    event = Finished(Status.COMPLETED, Reason.PROVEN, "Every verifier passes.")
    return replace(body_for(event, told), addressed=(ANA,))


def home() -> dict[str, object]:
    own = [look(at_work(), later(minutes=20))]
    theirs = replace(
        goal_in(Status.PENDING_APPROVAL, objective="Write the release notes", owner=BEN, origin=THERE),
        id="k3p9",
    )
    queued = replace(
        goal_in(Status.QUEUED, objective="Upgrade the linter", owner=BEN, origin=THERE), id="m2x8"
    )
    return home_view(
        own, [("shop", [look(theirs, later(minutes=20)), look(queued, later(minutes=20), place=1)])]
    )


def deny_form() -> dict[str, object]:
    return ask_modal(Press("k", ANA, THERE, THERE.thread, "deny", "g7k2-2\nWhy not? The agent is told."))


def goal_form() -> dict[str, object]:
    return goal_modal("The checkout tests fail every third run, can somebody look?", THERE, THERE.thread)
