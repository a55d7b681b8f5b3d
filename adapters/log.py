"""The log of a goal: a line per event, with its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.approval_card import decision
from adapters.cards import mark
from adapters.figures import amount, cut, duration, plural
from goals.domain import events
from goals.domain.events import Event
from goals.domain.values import Check
from goals.ports import StoredEvent

WIDTH = 200


def line(stored: StoredEvent) -> str:
    """One line: `2026-11-03 14:02:31 UTC  turn 3 ended …`."""
    return f"{stored.at:%Y-%m-%d %H:%M:%S} UTC  {cut(happened(stored.event), WIDTH)}"


def lines(told: Sequence[tuple[datetime, str]]) -> Iterator[str]:
    """Short lines for small screens: a day, then what happened on it, each with its time of day (UTC)."""
    day = ""
    for at, text in told:
        if f"{at:%Y-%m-%d}" != day:
            yield (day := f"{at:%Y-%m-%d}")
        yield f"{at:%H:%M} {cut(text, WIDTH)}"


def happened(event: Event) -> str:
    """What an event says in one line; its name for one that has no words of its own yet."""
    return _worked(event) or _watched(event) or _stood(event) or _people(event) or type(event).__name__


def _worked(event: Event) -> str:
    match event:
        case events.TakenUp(worker):
            return f"taken up by worker {worker}"
        case events.BaselineTaken(check):
            return f"checked before the first turn: {found(check)}"
        case events.TurnEnded():
            return _turn(event)
        case events.Checked(check):
            return f"checked: {found(check)}"
        case events.BudgetWarned():
            return f"{event.percent} % of {amount(event.dimension, event.allowed)} used"
        case events.Finished():
            return f"ended: {event.reason.value.replace('_', ' ')}. {event.explanation}"
    return ""


def _watched(event: Event) -> str:
    match event:
        case events.Fired(number, check, ends):
            return f"fired (edge {number}){' and ends' if ends else ''}: {found(check)}"
        case events.Cleared(check):
            return f"is armed again: {found(check)}"
        case events.VerifierBroke(why, next_at):
            return f"the verifier broke, next try {next_at:%H:%M:%S} UTC: {why}"
        case events.VerifierMended(check):
            return f"the verifier works again: {found(check)}"
        case events.HookGivenUp():
            return f"gave up the hook {event.hook}: {event.why}"
        case events.Stalled(times, since, reason):
            return f"found the same {times} times since {since:%Y-%m-%d %H:%M} UTC: {reason}"
    return ""


def _stood(event: Event) -> str:
    match event:
        case events.Admitted(slot):
            return f"became active in slot {slot + 1} of the channel"
        case events.WaitStarted(wait):
            return f"waits: {wait.why}"
        case events.Reminded(wait):
            return f"reminded: {wait.why}"
        case events.SlotFreed():
            return "freed its slot while it waits"
        case events.Woken(why):
            return f"woke: {why}"
        case events.QuestionAsked(text):
            return f"asked: {text}"
        case events.Noted(text):
            return f"noted: {text}"
        case events.Restored(news):
            return f"went on on another machine: {news}"
        case events.GoalProposed(proposal):
            return f"the agent proposed a goal: {proposal.objective}"
    return ""


def _people(event: Event) -> str:
    match event:
        case events.Opened(by, objective, reopens):
            again = f", from where goal {reopens} ended" if reopens else ""
            return f"opened by {by.mention}{again}: {objective}"
        case events.Steered(by, text):
            return f"{by.mention} said: {text}"
        case events.ContractChanged(revision, what, by):
            return f"contract changed by {by.mention}, revision {revision}: {what}"
        case events.ApprovalAsked(approval):
            return f"asked for approval ({approval.kind.value}): {approval.subject}"
        case events.ApprovalDecided(approval):
            reason = f": {approval.reason}" if approval.reason else ""
            return f"{decision(approval)} ({approval.kind.value}){reason}"
        case events.ApprovalVoted(approval):
            return f"approved by {', '.join(p.mention for p in approval.votes)}, {approval.needed} must ({approval.kind.value})"
        case events.BudgetRaised(by, dimension, allowed):
            now = "no limit" if allowed is None else amount(dimension, allowed)
            return f"budget set to {now} by {by.mention}"
        case events.Paused():
            return f"paused ({event.reason.value}): {event.explanation}"
        case events.Resumed(by):
            return f"resumed by {by.mention}"
        case events.Moved(by, place):
            return f"moved to place {place} of the queue by {by.mention}"
        case events.CheckAsked(by):
            return f"a check was asked for by {by.mention}"
        case events.CheckedByHand(check, by):
            return f"checked for {by.mention}: {found(check)}"
        case events.WrapUpAsked(by):
            return f"told to wrap up by {by.mention}"
        case events.Muted(by, on):
            return f"{'muted' if on else 'unmuted'} by {by.mention}"
    return ""


def _turn(event: events.TurnEnded) -> str:
    files = f"{plural(len(event.files), 'file')} changed" if event.files else "no file changed"
    checked = f"; {found(event.check)}" if event.check else ""
    cut_short = " (interrupted)" if event.interrupted else ""
    return f"turn {event.turn} ended{cut_short} after {duration(event.seconds)}: {files}{checked}"


def found(check: Check) -> str:
    """What a check found, in one line."""
    parts = [f"{mark(part.verdict.met)} {part.how}: {part.verdict.reason}" for part in check.results]
    return "; ".join(parts) or "nothing to check"
