"""The message of a monitor's edge: what was seen, what is done about it and how far that is, and what comes next."""

from __future__ import annotations

from adapters.cards import TITLE, mark
from adapters.chat import Card, Colour, Row, Section
from adapters.figures import cut, plural
from adapters.monitor_card import spark_line
from goals.audit import Report
from goals.domain.events import Fired
from goals.domain.watching import Trigger, Watch


def edge_card(event: Fired, report: Report) -> Card:
    watch = report.watch or Watch()
    number = f" · edge {event.number}" if watch.repeat else ""
    lines = (spark_line(report), what_next(event, report))
    sections = (Section("Seen", _seen(event)),)
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
