"""The message of a monitor's edge: what was seen, what is done about it and how far that is, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.cards import TITLE, mark
from adapters.chat import Card, Colour, Row, Section
from adapters.figures import cut, plural, time_of_day
from adapters.monitor_card import spark_line
from goals.audit import Report
from goals.domain.events import Fired
from goals.domain.hooks import HookState
from goals.domain.watching import Trigger, Watch

MARKS = {"pending": "…", "sent": "✓", "dead": "✗"}


def edge_card(event: Fired, report: Report) -> Card:
    watch = report.watch or Watch()
    number = f" · edge {event.number}" if watch.repeat else ""
    lines = (spark_line(report), what_next(event, report))
    sections = (Section("Seen", _seen(event)), Section("Hooks", hook_rows(report.hooks_here)))
    return Card(
        title=f"🔔 {word(watch)} · {cut(report.objective, TITLE)}",
        badge=f"{report.id}{number}",
        colour=Colour.GREEN,
        lines=tuple(line for line in lines if line),
        sections=tuple(section for section in sections if section.rows),
    )


def edge_text(event: Fired, report: Report) -> str:
    """The first words are all that a phone shows."""
    watch = report.watch or Watch()
    return f"🔔 {report.id} {word(watch).lower()}: {cut(report.objective, TITLE).rstrip('.')}."


def word(watch: Watch) -> str:
    return "Changed" if watch.trigger is Trigger.CHANGE else "Met"


def what_next(event: Fired, report: Report) -> str:
    """Whether it ended or is armed again."""
    watch = report.watch or Watch()
    if event.ends:
        return f"It has ended after {plural(report.checks, 'check')}."
    if watch.trigger is Trigger.CHANGE:
        return "It watches on and fires again at the next change."
    return "It watches on; when this is not met any more it is armed again."


def _seen(event: Fired) -> tuple[Row, ...]:
    return tuple(
        Row(part.how, mark(part.verdict.met), cut(part.verdict.reason, 300)) for part in event.check.results
    )


def hook_rows(hooks: Sequence[HookState]) -> tuple[Row, ...]:
    """Each hook and how far it is: on its way, delivered, given up."""
    return tuple(Row(hook.how, MARKS[hook.state], _delivery(hook)) for hook in hooks)


def _delivery(hook: HookState) -> str:
    tried = "one try" if hook.attempts == 1 else f"{hook.attempts} tries"
    error = cut(hook.error, 200)
    match hook.state:
        case "sent":
            return f"delivered {time_of_day(hook.at)}" if hook.at else "delivered"
        case "dead":
            return f"given up after {tried}: {error}. `goalward hooks retry {hook.row}` tries again."
    return f"not delivered yet after {tried}: {error}" if hook.attempts else "on its way"
