"""What stands where: the goals of a channel on one card, and one goal in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from adapters.approval_card import contract_sections
from adapters.audit_card import verdict
from adapters.buttons import row_buttons
from adapters.cards import goal_card, plan_rows, standing, verifier_line, waits_for_somebody
from adapters.chat import Card, Colour, Row, Section
from adapters.figures import cut, plural
from adapters.monitor_card import monitor_card, state_line
from goals.audit import Report
from goals.board import Board
from goals.domain.values import Status

WIDTH = 80

EMPTY = "Nothing here yet. `/goal <objective>` starts a goal."


def board_card(board: Board) -> Card:
    """The channel's goals, and how many more are watched, or have ended today, than it shows."""
    card = list_card((*board.unfinished, *board.watching, *board.ended), "Goals of this channel")
    unfinished = len(board.unfinished) + len(board.watching) + board.more_watching
    more = (
        f"{plural(board.more_watching, 'monitor')} more" if board.more_watching else "",
        f"{board.more} more ended today" if board.more else "",
    )
    footer = " and ".join(part for part in more if part)
    return replace(
        card,
        badge=plural(unfinished, "unfinished goal"),
        lines=(*card.lines, *board.unattended),
        footer=f"and {footer}" if footer else "",
    )


def list_card(reports: Sequence[Report], title: str = "Goals") -> Card:
    """Who waits for somebody first, then active, queued in order, paused and ended goals: a line and buttons each."""
    unfinished = sum(not report.finished for report in reports)
    sections = tuple(
        Section(name, tuple(_row(report) for report in sorted(reports, key=_order) if belongs(report)))
        for name, belongs in GROUPS
    )
    return Card(
        title=title,
        badge=plural(unfinished, "unfinished goal"),
        colour=_colour(reports),
        lines=() if reports else (EMPTY,),
        sections=tuple(section for section in sections if section.rows),
    )


def details_card(report: Report, spec: str) -> Card:
    """One goal in full: its card with the whole contract, the whole plan, and `spec`: the text that asks for it."""
    plan = Section("Plan", plan_rows(report.plan, most=len(report.plan)))
    asked = Section("As a spec", (Row("", code=spec),))
    sections = tuple(section for section in (*contract_sections(report), plan, asked) if section.rows)
    card = goal_card(report) if report.watch is None else monitor_card(report, report.watch)
    return replace(card, steps=(), sections=sections)


def contract_card(report: Report) -> Card:
    title = f"Contract · revision {report.revision}"
    return Card(title=title, badge=report.id, sections=contract_sections(report))


def plan_card(report: Report) -> Card:
    card = Card(title=f"Plan · {cut(report.objective, WIDTH)}", badge=f"{report.id} · {standing(report)}")
    if report.watch is not None:
        return replace(card, lines=("It only watches: no agent works on it, so there is no plan.",))
    if not report.plan:
        return replace(card, lines=("The agent has not written a plan.",))
    return replace(card, steps=plan_rows(report.plan, most=len(report.plan)))


def _in(*statuses: Status) -> Callable[[Report], bool]:
    """Goals that are worked on, in these statuses; monitors only where they have ended."""
    return lambda report: (
        report.status in statuses
        and not waits_for_somebody(report)
        and (report.watch is None or report.finished)
    )


def _watching(report: Report) -> bool:
    return report.watch is not None and not report.finished and not waits_for_somebody(report)


GROUPS: tuple[tuple[str, Callable[[Report], bool]], ...] = (
    ("Waiting for somebody", waits_for_somebody),
    ("Active", _in(Status.ACTIVE, Status.WAITING)),
    ("Queued", _in(Status.QUEUED)),
    ("Paused", _in(Status.PAUSED)),
    ("Monitors", _watching),
    ("Ended today", _in(Status.COMPLETED, Status.FAILED, Status.CANCELLED)),
)


def _order(report: Report) -> int:
    return report.place or 0


def _row(report: Report) -> Row:
    text = f"{report.id} · {cut(report.objective, WIDTH)}"
    return Row(text, detail=_where(report), buttons=row_buttons(report))


def _where(report: Report) -> str:
    if report.finished:
        return verdict(report)
    if report.watch is not None:
        return state_line(report)
    if report.status == Status.ACTIVE:
        return " · ".join(
            part for part in (plural(report.turns, "turn"), verifier_line(report.verifiers)) if part
        )
    if report.status == Status.PAUSED:
        return ": ".join(part for part in (standing(report), cut(report.explanation, WIDTH)) if part)
    return report.waits_for


def _colour(reports: Sequence[Report]) -> Colour:
    if any(waits_for_somebody(report) for report in reports):
        return Colour.AMBER
    return Colour.BLUE if any(report.status == Status.ACTIVE for report in reports) else Colour.GREY
