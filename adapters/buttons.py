"""The buttons under cards: what a goal's state lets people do with one click."""

from __future__ import annotations

from enum import StrEnum

from adapters import raises
from adapters.chat import Button, Style
from goals.audit import Report
from goals.domain.values import Approval, ApprovalStatus, Reason, Status


class Act(StrEnum):
    """What a press means. The button's value is a goal's id, for BUDGET and EDIT with what was typed behind it; an
    approval's for APPROVE, APPROVE_FOR_GOAL and DENY, there with the reason behind it; for RAISE see
    `adapters.raises`, for START and DROP `adapters.draft_card`.
    """

    APPROVE = "approve"
    APPROVE_FOR_GOAL = "approve_for_goal"
    DENY = "deny"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    DETAILS = "details"
    RAISE = "raise"
    BUDGET = "budget"
    EDIT = "edit"
    AUDIT = "audit"
    DIFF = "diff"
    LOG = "log"
    WRAP_UP = "wrap up"
    CHECK = "check"
    REOPEN = "reopen"
    START = "start"
    DROP = "drop"


def card_buttons(report: Report) -> tuple[Button, ...]:
    """What can be done with a goal as it stands; a goal that has ended can only be looked at."""
    details = Button("Details", Act.DETAILS, report.id)
    if report.finished:
        return (
            details,
            Button("Audit", Act.AUDIT, report.id),
            *look_buttons(report),
            reopen_button(report.id),
        )
    if report.status == Status.PAUSED:
        return (*go_on_buttons(report), _stop(report), details)
    check = (Button("Check now", Act.CHECK, report.id),) if report.watch is not None else ()
    budget = (add_button(report.id),) if report.budgets else ()
    return (Button("Pause", Act.PAUSE, report.id), *check, _stop(report), *budget, details)


def details_buttons(report: Report) -> tuple[Button, ...]:
    """What stands under a goal that is shown in full: its objective can be changed there."""
    edit = Button("Edit…", Act.EDIT, report.id, asks="What is to be reached instead?")
    return card_buttons(report) if report.finished else (*card_buttons(report), edit)


def row_buttons(report: Report) -> tuple[Button, ...]:
    """What stands beside a goal's line on the board: an approval is decided where it is shown whole."""
    if report.finished:
        return (Button("Details", Act.DETAILS, report.id),)
    return tuple(button for button in card_buttons(report) if button.action != Act.BUDGET)


def go_on_buttons(report: Report) -> tuple[Button, ...]:
    """What makes a paused goal go on: more of what it is short of, else a word."""
    if report.reason == Reason.BUDGET and report.short_of:
        return tuple(raise_button(report, dimension) for dimension in report.short_of)
    return (Button("Resume", Act.RESUME, report.id, Style.PRIMARY),)


def pause_buttons(report: Report) -> tuple[Button, ...]:
    return (*go_on_buttons(report), _stop(report), *look_buttons(report))


def warning_buttons(report: Report, dimension: str) -> tuple[Button, ...]:
    """The ways out before a budget is spent: more of it, a last word, the end."""
    money = (money_button(report),) if "max_usd" in report.budgets else ()
    return (
        raise_button(report, dimension),
        *money,
        Button("Wrap up now", Act.WRAP_UP, report.id),
        _stop(report),
    )


def ended_buttons(report: Report) -> tuple[Button, ...]:
    return (reopen_button(report.id), *look_buttons(report))


def reopen_button(goal_id: str) -> Button:
    return Button("Reopen", Act.REOPEN, goal_id)


def look_buttons(report: Report) -> tuple[Button, ...]:
    """The files' diff, where there is one, and the log."""
    diff = (Button("Open diff", Act.DIFF, report.id),) if report.files else ()
    return (*diff, Button("Log", Act.LOG, report.id))


def approval_buttons(approval: Approval) -> tuple[Button, ...]:
    """Approve and Deny, until somebody has decided. High risk is only ever approved once."""
    if approval.status is not ApprovalStatus.OPEN:
        return ()
    once = Button("Approve once" if approval.grant else "Approve", Act.APPROVE, approval.id, Style.PRIMARY)
    always = Button("Approve for this goal", Act.APPROVE_FOR_GOAL, approval.id)
    deny = Button("Deny…", Act.DENY, approval.id, Style.DANGER, asks="Why not? The agent is told.")
    return (once, always, deny) if approval.grant and not approval.high else (once, deny)


def add_button(goal_id: str) -> Button:
    """More of any budget, as much as is typed."""
    return Button(
        "Add budget…", Act.BUDGET, goal_id, asks="How much more? +$2, +10 turns, +30m or +50k tokens"
    )


def raise_button(report: Report, dimension: str) -> Button:
    name = {"seconds": "time", "usd": "money"}.get(dimension, dimension)
    allowed = report.budgets["max_time" if dimension == "seconds" else f"max_{dimension}"]
    return Button(f"+50 % {name}", Act.RAISE, raises.value(report.id, dimension, 50, allowed), Style.PRIMARY)


def money_button(report: Report) -> Button:
    return Button("+$2", Act.RAISE, raises.dollars(report.id, 2, report.budgets["max_usd"]))


def _stop(report: Report) -> Button:
    sure = f"Stop goal {report.id} for good? It cannot be resumed."
    return Button("Stop", Act.CANCEL, report.id, Style.DANGER, confirm=sure)
