"""The audit and the summary in the thread: what was proven and how, what it took, what was not verified."""

from __future__ import annotations

from adapters import monitor_card
from adapters.cards import PASSED_BEFORE, TITLE, colour, mark, plan_rows, standing
from adapters.chat import Card, Row, Section
from adapters.edge_card import hook_rows
from adapters.figures import count, cut, duration, money, plural, shares, time_of_day
from goals.audit import ApprovalRow, AuditRow, Report
from goals.domain import watched
from goals.domain.values import FileChange, Reason, Status
from goals.summary import GoalExecutionSummary, execution_summary

FILES = 20

PAUSED = {
    Reason.OWNER: "by hand",
    Reason.BUDGET: "at the budget",
    Reason.BLOCKED: "until somebody helps",
    Reason.STALLED: "for lack of progress",
    Reason.VERIFIER: "because a verifier is broken",
    Reason.JUDGE: "because the judge is broken",
    Reason.AGENT: "because the agent cannot run",
    Reason.CHECKPOINT: "at a checkpoint",
}


HOOKS = 10
"""The newest hooks that an audit tells of when it is asked for."""


def audit_card(report: Report) -> Card:
    sections = (
        Section("Criteria", criteria_rows(report.audit)),
        Section("Verifiers", _verifiers(report) if len(report.verifiers) > 1 else ()),
        Section("Constraints", _constraints(report)),
        Section("Protected files", _protected(report)),
        Section("Tests that were changed", _watched(report)),
        Section("Where it stands", tuple(Row(line) for line in report.summary.splitlines() if line.strip())),
        Section("Files", file_rows(report.files)),
        Section("Cost by model", _costs(execution_summary(report))),
        Section("Approvals", tuple(_approval(row) for row in report.approvals)),
        Section("Hooks", hook_rows(report.hooks_here if report.edge else report.hooks[-HOOKS:])),
        Section("Commands", tuple(Row(told) for told in report.commands if told not in report.unverified)),
        Section("Not verified", tuple(Row(sentence) for sentence in report.unverified)),
    )
    return Card(
        title=audit_title(report),
        badge=report.id,
        colour=colour(report),
        lines=_lines(report),
        sections=tuple(section for section in sections if section.rows),
    )


def audit_title(report: Report) -> str:
    """How it ended or where it stands, then what it was about."""
    return cut(f"{verdict(report)} · {report.objective}", TITLE + len(verdict(report)))


def verdict(report: Report) -> str:
    """The audit's label in words: `✅ Proven`, `✅ Proven, tests changed: tests/test_a.py`, `👤 Completed by hand by @ana, unproven: 2 of 4`."""
    match report.reason if report.finished or report.status == Status.PAUSED else "":
        case Reason.PROVEN:
            return f"✅ Proven{_tests(report)}"
        case Reason.ATTESTED:
            return "🟡 Attested"
        case Reason.BY_HAND:
            return f"👤 Completed by hand by @{report.ended_by}{_unproven(report)}"
        case Reason.UNACHIEVABLE:
            return f"⛔ Unachievable: {cut(report.explanation, TITLE)}"
        case Reason.EXPIRED:
            return "⌛ Expired"
        case Reason.CANCELLED:
            return f"🛑 Cancelled by @{report.ended_by}" if report.ended_by else "🛑 Cancelled"
        case reason if reason in PAUSED:
            return f"⏸ Paused {PAUSED[Reason(reason)]}"
    if report.watch is not None:
        return f"👁 {standing(report).capitalize()}"
    return f"🎯 {report.status.replace('_', ' ').capitalize()}"


def summary_card(report: Report) -> Card:
    """What was done and what it took."""
    done = execution_summary(report)
    sections = (
        Section("Plan", plan_rows(report.plan)),
        Section("Where it stands", tuple(Row(line) for line in done.summary.splitlines() if line.strip())),
        Section("Files", file_rows(done.files)),
        Section("Tokens", _tokens(done)),
        Section("Cost by model", _costs(done)),
        Section("Times", _times(done)),
    )
    return Card(
        title=f"Summary · {cut(report.objective, TITLE)}",
        badge=f"{report.id} · {verdict(report)}",
        colour=colour(report),
        lines=_lines(report),
        sections=tuple(section for section in sections if section.rows),
    )


def effort(done: GoalExecutionSummary) -> str:
    """What it took: `11 turns · 41 min active of 2 h 10`; tokens and money only where some were used."""
    parts = [
        plural(done.turns, "turn"),
        f"{duration(done.active_seconds)} active of {duration(done.elapsed_seconds)}",
    ]
    tokens = done.tokens.fresh + done.tokens.output
    if tokens or done.tokens.cached:
        cached = f" ({count(done.tokens.cached)} cached)" if done.tokens.cached else ""
        parts.insert(1, f"{count(tokens)} tokens{cached}")
    if done.usd:
        parts.insert(-1, money(done.usd))
    return " · ".join(parts)


def criteria_rows(rows: tuple[AuditRow, ...]) -> tuple[Row, ...]:
    """A row per criterion; what one check found for several of them is shown once."""
    shown: dict[tuple[str, str], int] = {}
    made = []
    for row in rows:
        first = shown.setdefault((row.how, row.evidence), row.id)
        made.append(_criterion(row) if first == row.id else _same(row, first))
    return tuple(made)


def _criterion(row: AuditRow) -> Row:
    exit_code = "" if row.exit_code is None else f" · exit {row.exit_code}"
    return Row(f"{row.id}. {row.criterion}", mark(row.met), f"{row.how}{exit_code}", row.evidence)


def _same(row: AuditRow, first: int) -> Row:
    return Row(f"{row.id}. {row.criterion}", mark(row.met), f"the same check as for {first}")


def file_rows(files: tuple[FileChange, ...]) -> tuple[Row, ...]:
    rows = tuple(Row(file.path, detail=f"+{file.added} −{file.removed}") for file in files[:FILES])
    more = len(files) - FILES
    return (*rows, Row(f"and {more} more, all in the diff")) if more > 0 else rows


def _lines(report: Report) -> tuple[str, ...]:
    explanation = "" if report.reason == Reason.UNACHIEVABLE else report.explanation
    before = PASSED_BEFORE if report.passed_before else ""
    branch = f"Branch {report.branch}" if report.branch else ""
    took = effort(execution_summary(report)) if report.watch is None else monitor_card.effort(report)
    lines = (explanation, took, branch, before, report.waits_for)
    return tuple(line for line in lines if line)


def _unproven(report: Report) -> str:
    return f", unproven: {len(report.unproven)} of {len(report.audit)}" if report.unproven else ""


def _verifiers(report: Report) -> tuple[Row, ...]:
    return tuple(Row(row.how, mark(row.met), row.reason) for row in report.verifiers)


def _constraints(report: Report) -> tuple[Row, ...]:
    return tuple(
        Row(f"{row.id}. {row.constraint}", mark(row.kept), row.evidence) for row in report.constraints
    )


def _protected(report: Report) -> tuple[Row, ...]:
    touched = tuple(Row(path, "✗", "changed") for path in report.protected.touched)
    return touched or tuple(Row(glob, "✓", "untouched") for glob in report.protected.globs)


def _tests(report: Report) -> str:
    """`, tests changed: …` where there are any."""
    return f", {told}" if (told := watched.told(report.watched)) else ""


def _watched(report: Report) -> tuple[Row, ...]:
    rows = tuple(Row(path) for path in report.watched[:FILES])
    more = len(report.watched) - FILES
    return (*rows, Row(f"and {more} more, all in the diff")) if more > 0 else rows


def _tokens(done: GoalExecutionSummary) -> tuple[Row, ...]:
    classes = (
        ("fresh input", done.tokens.fresh),
        ("cached input", done.tokens.cached),
        ("output", done.tokens.output),
    )
    return tuple(Row(name, detail=count(number)) for name, number in classes if number)


def _times(done: GoalExecutionSummary) -> tuple[Row, ...]:
    """Without a start there is nothing to say of an end."""
    times = (("started", done.started_at), ("ended", done.ended_at))
    return tuple(
        Row(name, detail=f"{at[:10]} {time_of_day(at)}") for name, at in times if done.started_at and at
    )


def _costs(done: GoalExecutionSummary) -> tuple[Row, ...]:
    said = shares(done.cost_by_model)
    return tuple(
        Row(name, detail=said[name] if usd else "no known price") for name, usd in done.cost_by_model.items()
    )


def _approval(row: ApprovalRow) -> Row:
    by = f" by @{row.by}" if row.by else ""
    sign = {"approved": "✓", "denied": "✗"}.get(row.status, "")
    return Row(f"{row.kind} {row.status}{by}", sign, row.reason)
