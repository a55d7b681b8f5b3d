"""Whole messages: the card, the buttons under it, the files with it, and a text that stands without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters import log, texts
from adapters.approval_card import approval_card, whole
from adapters.audit_card import audit_card, summary_card
from adapters.board_card import board_card, contract_card, details_card, list_card, plan_card
from adapters.buttons import (
    approval_buttons,
    card_buttons,
    details_buttons,
    ended_buttons,
    look_buttons,
    pause_buttons,
    reopen_button,
    warning_buttons,
)
from adapters.cards import goal_card
from adapters.chat import Body, Button, Card, File
from adapters.edge_card import edge_card
from adapters.figures import plural
from adapters.monitor_card import monitor_card
from adapters.plain import plain
from goals.audit import Report
from goals.board import Board
from goals.domain.events import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalVoted,
    BudgetWarned,
    Event,
    Finished,
    Fired,
    Paused,
)
from goals.domain.values import Approval, Goal, Origin, Status
from goals.ports import StoredEvent

SHORT_SPEC = 1_500
"""Characters of a spec that stand on the card itself."""

SHORT_LOG = 12
"""Lines of a log that stand in the message itself."""


def body_for(event: Event, report: Report) -> Body:
    """The message that tells of an event. `report` is how the goal stands now, which may be later."""
    text = texts.told(event, report) or log.happened(event)
    match event:
        case ApprovalAsked(approval):
            asked = _with(text, approval_card(report, approval), approval_buttons(approval))
            return replace(asked, files=whole(approval))
        case ApprovalDecided(approval) | ApprovalVoted(approval):
            return decided_body(report, approval)
        case BudgetWarned() if report.status in (Status.ACTIVE, Status.WAITING):
            return Body(text, buttons=warning_buttons(report, event.dimension), warns=True)
        case Paused() if report.status == Status.PAUSED:
            return _with(text, audit_card(report), pause_buttons(report))
        case Finished():
            return _with(text, audit_card(report), ended_buttons(report))
        case Fired():
            buttons = ended_buttons(report) if event.ends else look_buttons(report)
            return _with(text, edge_card(event, report), buttons)
    return Body(text)


def card_body(report: Report) -> Body:
    card = goal_card(report) if report.watch is None else monitor_card(report, report.watch)
    return _alone(card, card_buttons(report))


def decided_body(report: Report, approval: Approval) -> Body:
    """The message that asked, after a vote or the decision: then without buttons."""
    body = _alone(approval_card(report, approval), approval_buttons(approval))
    return replace(body, files=whole(approval))


def details_body(report: Report, spec: str) -> Body:
    """`spec` is the text that asks for this goal; where it is long, it is a file."""
    if len(spec) <= SHORT_SPEC:
        return _alone(details_card(report, spec), details_buttons(report))
    told = _alone(details_card(report, "It is attached."), details_buttons(report))
    return replace(told, files=(File(f"{report.id}.goal.txt", spec),))


def audit_body(report: Report) -> Body:
    return _alone(audit_card(report), look_buttons(report))


def summary_body(report: Report) -> Body:
    return _alone(summary_card(report), look_buttons(report))


def plan_body(report: Report) -> Body:
    return _alone(plan_card(report))


def board_body(board: Board) -> Body:
    return _alone(board_card(board))


def queue_body(reports: Sequence[Report]) -> Body:
    """The goals that wait for a slot, in order."""
    queued = [report for report in reports if report.status == Status.QUEUED]
    if not queued:
        return Body("The queue is empty: no goal waits for a slot here.")
    return _alone(list_card(queued, "The queue of this channel"))


def diff_body(report: Report, diff: str) -> Body:
    """The diff as a file."""
    if not diff.strip():
        return Body(f"Goal {report.id} has changed no file.")
    files = plural(len(report.files), "file")
    changed = (
        f"Goal {report.id} has changed {files}" if report.files else f"Goal {report.id} has changed files"
    )
    return Body(f"{changed}; the diff is attached.", files=(File(f"{report.id}.diff", diff),))


def log_body(report: Report, happened: Sequence[StoredEvent]) -> Body:
    """The latest lines in the message; the whole log as a file where it is longer."""
    lines = [log.line(stored) for stored in happened]
    if len(lines) <= SHORT_LOG:
        return Body("\n".join([f"What happened to goal {report.id}:", *lines]))
    head = f"The last {SHORT_LOG} of {len(lines)} lines of goal {report.id}'s log; the whole is attached:"
    file = File(f"{report.id}.log", "\n".join(lines) + "\n")
    return Body("\n".join([head, *lines[-SHORT_LOG:]]), files=(file,))


def disabled_body(goals: Sequence[Goal]) -> Body:
    """`goals` are the channel's unfinished ones."""
    return Body(texts.disabled([goal.id for goal in goals]))


def enabled_body(goals: Sequence[Goal]) -> Body:
    return Body(texts.enabled([goal.id for goal in goals if goal.status is Status.PAUSED]))


def contract_body(report: Report) -> Body:
    """The contract after a change, numbered as the verbs want it."""
    return _alone(contract_card(report))


def reopened_body(report: Report, old: str) -> Body:
    return Body(texts.reopened(report, old))


def ended_body(goal: Goal) -> Body:
    """What is said to words in a thread whose goal has ended, and said only once."""
    return Body(texts.ended(goal), buttons=(reopen_button(goal.id),), once=f"{goal.id}:ended")


def unseen_body(at: Origin) -> Body:
    """What is said once in a thread in which somebody wrote what the platform keeps from us."""
    return Body(texts.UNSEEN, once=f"unseen:{at.thread_key}")


def resumed_body(report: Report) -> Body:
    return Body(texts.resumed(report))


def parked_body(report: Report) -> Body:
    return Body(texts.parked(report))


def checking_body(report: Report) -> Body:
    return Body(texts.checking(report))


def wrapping_body(report: Report) -> Body:
    return Body(texts.wrapping(report))


def muted_body(report: Report) -> Body:
    return Body(texts.muted(report))


def raised_body(report: Report) -> Body:
    return Body(texts.raised(report))


def _with(text: str, card: Card, buttons: tuple[Button, ...]) -> Body:
    return Body(f"{text}\n\n{plain(card)}", card, buttons)


def _alone(card: Card, buttons: tuple[Button, ...] = ()) -> Body:
    return Body(plain(card), card, buttons)
