"""What Goalward says in a thread: what happened, what is needed, from whom, what to do. Whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters import hook_texts, log
from adapters.approval_card import HIDDEN
from adapters.audit_card import verdict
from adapters.cards import standing, verifier_line
from adapters.edge_card import edge_text, what_next
from adapters.figures import amount, cut, plural, when
from goals.audit import Report
from goals.domain.events import (
    ApprovalAsked,
    BudgetWarned,
    CheckedByHand,
    Event,
    Finished,
    Fired,
    HookGivenUp,
    Noted,
    Paused,
    QuestionAsked,
    Reminded,
    Stalled,
    VerifierBroke,
)
from goals.domain.values import Approval, ApprovalKind, Check, Goal, Person, Reason, Status

TITLE, FOUND = 80, 400
UNSEEN = (
    "I can read here what mentions me, what answers one of my messages, and what is said with `/goal steer`;"
    " other words in this thread do not reach me, nor the agent."
)
DIMENSIONS = {"max_turns": "turns", "max_time": "seconds", "max_tokens": "tokens", "max_usd": "usd"}


def told(event: Event, report: Report) -> str:
    """What people are told of an event; empty for events that only show on the card."""
    match event:
        case ApprovalAsked(approval):
            return asked(approval, report)
        case BudgetWarned():
            return _warned(event, report)
        case Reminded(wait):
            return f"⏰ Goal {report.id} still waits for {_clause(wait.why)}. {_about(report)}."
        case Paused():
            return join(f"⏸ Goal {report.id} is paused.", event.explanation, event.need)
        case Finished():
            return _finished(event, report)
        case QuestionAsked(text):
            return join(
                f"❓ Goal {report.id} asks:", text, f"@{report.owner}, answer here; until then it waits."
            )
        case Fired():
            return join(
                edge_text(event, report), cut(log.found(event.check), FOUND), what_next(event, report)
            )
        case VerifierBroke(why, next_at):
            return _broke(why, next_at, report)
        case Stalled(times, since, reason):
            return _stalled(times, since, reason, report)
        case CheckedByHand(check, by):
            return _checked(check, by, report)
        case HookGivenUp():
            return hook_texts.given_up(report.id, event)
        case Noted(text):
            return join(f"ℹ️ Goal {report.id}:", text)
    return ""


def asked(approval: Approval, report: Report) -> str:
    """The question an approver is asked."""
    answer = "An approver can answer with the buttons or with ✅ or ❌; until then the goal waits."
    match approval.kind:
        case ApprovalKind.PLAN:
            return f"✋ Goal {report.id} needs a ✅ before it starts: {_about(report)}. {answer}"
        case ApprovalKind.ACTION:
            hidden = HIDDEN if approval.size else ""
            return join(f"✋ Goal {report.id} asks to run `{cut(approval.subject, TITLE)}`.", hidden, answer)
        case ApprovalKind.VERIFIER:
            return join(f"✋ Goal {report.id} asks:", cut(approval.subject, TITLE), answer)


def reopened(report: Report, old: str) -> str:
    return (
        f"Goal {report.id} takes up the contract and the workspace of goal {old}; what that one has spent, planned and "
        f"found is not taken over."
    )


def ended(goal: Goal) -> str:
    return (
        f"Goal {goal.id} has ended, so nobody works on what is said here. `/goal {goal.id} reopen` or the button begins "
        f"again where it ended."
    )


def resumed(report: Report) -> str:
    if report.status == Status.QUEUED:
        place = f" at place {report.place}" if report.place else ""
        return f"Goal {report.id} goes on as soon as a slot is free; it is in the queue{place}."
    return f"Goal {report.id} goes on."


def disabled(ids: Sequence[str]) -> str:
    """`ids` are the channel's unfinished goals."""
    paused = f" Paused: {', '.join(ids)}." if ids else ""
    return (
        "Goal mode is off in this channel: nothing is started, resumed or drafted here."
        f"{paused} `/goal enable` switches it on again."
    )


def enabled(ids: Sequence[str]) -> str:
    """`ids` are the channel's paused goals."""
    if not ids:
        return "Goal mode is on in this channel."
    resume = ", ".join(f"`/goal {id} resume`" for id in ids)
    return f"Goal mode is on in this channel. Its goals stay paused until somebody resumes them: {resume}."


def parked(report: Report) -> str:
    return join(f"Goal {report.id} is put aside.", report.waits_for, f"`/goal {report.id} unwait` wakes it")


def checking(report: Report) -> str:
    if report.status == Status.QUEUED:
        return f"Goal {report.id} is checked as soon as a slot is free; what is found is said here."
    return f"Goal {report.id} is checked now; what is found is said here."


def wrapping(report: Report) -> str:
    if report.status == Status.QUEUED:
        return f"Goal {report.id} sums up what was done as soon as a slot is free, and pauses then."
    return f"Goal {report.id} sums up what was done, and pauses then."


def muted(report: Report) -> str:
    if report.muted:
        return f"Goal {report.id} is muted: only approvals, questions and its end are said here. `/goal {report.id} unmute` ends that."
    return f"Goal {report.id} speaks again."


def raised(report: Report) -> str:
    """What a goal may use in all, after its budget was changed."""
    allowed = [_allowed(DIMENSIONS[key], limit) for key, limit in report.budgets.items()]
    stays = f" It stays paused: {report.explanation}" if report.status == Status.PAUSED else ""
    return f"Goal {report.id} may now use {' and '.join(allowed) or 'as much as it needs'} in all.{stays}"


def join(*sentences: str) -> str:
    """Sentences one after the other, each with its full stop."""
    return " ".join(_stopped(sentence.strip()) for sentence in sentences if sentence.strip())


def _checked(check: Check, by: Person, report: Report) -> str:
    found = cut(log.found(check), FOUND)
    passes = bool(check.results) and not check.missing
    unjudged = "The judge was not asked, since the budget is spent" if check.unjudged and passes else ""
    open_ = "A person's word is still open" if check.questions else ""
    status = standing(report) if report.watch else report.status.replace("_", " ")
    stands = "" if report.finished else f"It is {status}, as before"
    return join(f"🔎 Goal {report.id} was checked for {by.mention}: {found}", unjudged, open_, stands)


def _broke(why: str, next_at: datetime, report: Report) -> str:
    again = when(next_at, datetime.fromisoformat(report.updated_at))
    return join(
        f"⚠️ Monitor {report.id} cannot look: {cut(why, FOUND)}",
        f"That says nothing about “{_about(report)}”",
        f"It is tried again at {again} and then ever more seldom; this is said once, until it works again",
    )


def _stalled(times: int, since: datetime, reason: str, report: Report) -> str:
    start = when(since, datetime.fromisoformat(report.updated_at))
    return join(
        f"💤 Monitor {report.id} has found the same {times} times since {start}: {cut(reason, FOUND)}",
        f"It is about: {_about(report)}",
        "It watches on; this is said once, until something changes",
    )


def _warned(event: BudgetWarned, report: Report) -> str:
    used = f"{event.percent} % of {_allowed(event.dimension, event.allowed)} used"
    found = verifier_line(report.verifiers)
    allowed = report.budgets.get("max_turns")
    turn = f" at turn {report.turns} of {allowed:.0f}" if allowed and event.dimension != "turns" else ""
    parts = (
        f"⚠️ Goal {report.id}: {used} ({amount(event.dimension, event.used)}){turn}",
        found[:1].lower() + found[1:],
        _pace(event),
        _runs_out(event),
    )
    ways = "At the limit it pauses; an approver can add to it with the button."
    return join("; ".join(part for part in parts if part), ways)


def _pace(event: BudgetWarned) -> str:
    if event.dimension == "turns":
        return f"{plural(int(event.allowed - event.used), 'turn')} left"
    if event.turns_left is None:
        return ""
    return f"about {plural(int(event.turns_left), 'turn')} left at this pace"


def _runs_out(event: BudgetWarned) -> str:
    if event.runs_out is None:
        return ""
    what = {"seconds": "time is", "usd": "money is"}.get(event.dimension, f"{event.dimension} are")
    return f"at this rate the {what} used up at {event.runs_out:%H:%M} UTC"


def _finished(event: Finished, report: Report) -> str:
    by = event.by.mention if event.by else "somebody"
    about = _about(report)
    match event.reason:
        case Reason.PROVEN:
            return join(f"✅ Goal {report.id} is proven: {about}.", event.explanation)
        case Reason.ATTESTED:
            return join(f"🟡 Goal {report.id} is attested: {about}.", event.explanation)
        case Reason.BY_HAND:
            unproven = f", unproven: {len(report.unproven)} of {len(report.audit)}" if report.unproven else ""
            return f"👤 Goal {report.id} was completed by hand by {by}{unproven}: {about}."
        case Reason.UNACHIEVABLE:
            return join(f"⛔ Goal {report.id} is unachievable: {event.explanation}", f"It was about: {about}")
        case Reason.EXPIRED:
            return join(f"⌛ Goal {report.id} has expired: {about}.", event.explanation)
        case Reason.CANCELLED:
            return f"🛑 Goal {report.id} was cancelled by {by}: {about}."
    return join(f"{verdict(report)}: {about}.", event.explanation)


def _about(report: Report) -> str:
    return cut(report.objective, TITLE).rstrip(".")


def _allowed(dimension: str, number: float) -> str:
    said = amount(dimension, number)
    return f"{said} of active time" if dimension == "seconds" else said


def _clause(why: str) -> str:
    return why.strip().rstrip(".") or "somebody"


def _stopped(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…", ":")) else f"{sentence}."
