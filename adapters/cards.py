"""A goal's one calm card: what it is about, where it stands, what it has used, what it waits for."""

from __future__ import annotations

from adapters.buttons import Act, card_buttons
from adapters.chat import Bar, Card, Colour, Row
from adapters.figures import count, cut, duration, plural, time_of_day
from goals.audit import Report, VerifierRow
from goals.domain.values import PlanItem, PlanStatus, Reason, Status, WaitKind

__all__ = ["Act", "card_buttons", "colour", "goal_card"]

TITLE, STEP, LINE = 80, 60, 300
"""Widths in characters."""
STEPS = 12

PLAN_MARKS = {PlanStatus.COMPLETED: "✓", PlanStatus.IN_PROGRESS: "…", PlanStatus.PENDING: ""}
ONLY_A_PERSON = "Only a person can end this goal: it has no verifier and no judge."
MUTED = "🔇 It is muted: only approvals, questions and its end are said in the thread."
ONLY_THE_JUDGE = "Only the judge or a person can end this goal: it has no verifier."
PASSED_BEFORE = "The verifiers passed before we began; that completes nothing by itself."


def goal_card(report: Report) -> Card:
    return Card(
        title=f"🎯 {cut(report.objective, TITLE)}",
        badge=f"{report.id} · {standing(report)}",
        colour=colour(report),
        steps=plan_rows(report.plan),
        lines=tuple(line for line in (_work(report), *remarks(report)) if line),
        bars=bars(report),
        footer=_footer(report),
    )


def standing(report: Report) -> str:
    """The status in words, with its reason: `active`, `paused (budget)`, `proven`, `proven, tests changed`, `watching`."""
    if report.watch is not None and report.status == Status.ACTIVE:
        return "broken" if report.seen.broken else "watching"
    label = report.label.replace("_", " ")
    if report.reason == Reason.PROVEN and report.watched:
        return f"{label}, tests changed"
    if report.status in (Status.PAUSED, Status.FAILED, Status.WAITING) and report.reason:
        return f"{label} ({report.reason})"
    return label


def colour(report: Report) -> Colour:
    """Blue works, amber waits for somebody, grey stands still, green is done, red has failed."""
    match report.status:
        case Status.ACTIVE:
            return Colour.AMBER if report.seen.broken else Colour.BLUE
        case Status.PENDING_APPROVAL:
            return Colour.AMBER
        case Status.WAITING:
            return Colour.AMBER if waits_for_somebody(report) else Colour.BLUE
        case Status.COMPLETED:
            return Colour.GREEN
        case Status.FAILED:
            return Colour.RED
    return Colour.GREY


def waits_for_somebody(report: Report) -> bool:
    """Whether nothing moves until a person answers."""
    if report.status == Status.PENDING_APPROVAL:
        return True
    if report.status == Status.PAUSED:
        return report.reason == Reason.BLOCKED
    return report.status == Status.WAITING and report.reason in (WaitKind.APPROVAL, WaitKind.ANSWER)


def plan_rows(plan: tuple[PlanItem, ...], most: int = STEPS) -> tuple[Row, ...]:
    rows = tuple(Row(cut(item.text, STEP), PLAN_MARKS[item.status]) for item in plan[:most])
    more = len(plan) - most
    return (*rows, Row(f"and {more} more")) if more > 0 else rows


def remarks(report: Report) -> tuple[str, ...]:
    """What must be said besides the figures; nothing for a goal that is simply at work."""
    explained = report.explanation if report.finished or report.status == Status.PAUSED else ""
    before = PASSED_BEFORE if report.passed_before and not report.finished else ""
    silent = MUTED if report.muted and not report.finished else ""
    notices = (cut(explained, LINE), before, who_ends(report), report.waits_for, silent)
    return tuple(notice for notice in notices if notice)


def who_ends(report: Report) -> str:
    """Who can end a goal without a verifier; empty where there is one, or where it has ended."""
    if report.verifiers or report.finished:
        return ""
    return ONLY_THE_JUDGE if report.judged else ONLY_A_PERSON


def bars(report: Report) -> tuple[Bar, ...]:
    """A bar for each budget that is set."""
    known = (
        ("Turns", "max_turns", report.turns, lambda n: str(int(n))),
        ("Time", "max_time", report.active_seconds, duration),
        ("Tokens", "max_tokens", report.counted, count),
        ("$", "max_usd", report.usd, lambda n: f"{n:,.2f}"),
    )
    return tuple(
        Bar(label, min(1.0, used / report.budgets[key]), f"{say(used)} / {say(report.budgets[key])}")
        for label, key, used, say in known
        if report.budgets.get(key)
    )


def verifier_line(verifiers: tuple[VerifierRow, ...]) -> str:
    """What the verifiers say, in one phrase: `Verifier ✗ 3 failing (pytest -q)`."""
    if not verifiers:
        return ""
    first = next((row for row in verifiers if row.met is not True), verifiers[-1])
    found = f"{mark(first.met)} {cut(first.reason, STEP)} ({cut(subject(first), STEP)})"
    if len(verifiers) == 1:
        return f"Verifier {found}"
    met = sum(row.met is True for row in verifiers)
    return f"Verifiers {met} of {len(verifiers)} ✓" + ("" if met == len(verifiers) else f", {found}")


def subject(row: VerifierRow) -> str:
    """What a verifier looks at, without its type: `pytest -q`."""
    return row.how.removeprefix(f"{row.type}: ") or row.type


def mark(met: bool | None) -> str:
    return {True: "✓", False: "✗", None: "?"}[met]


def _work(report: Report) -> str:
    active = f"{duration(report.active_seconds)} active" if report.active_seconds else ""
    return " · ".join(part for part in (_turn(report), verifier_line(report.verifiers), active) if part)


def _turn(report: Report) -> str:
    most = int(report.budgets["max_turns"]) if "max_turns" in report.budgets else None
    if report.status == Status.ACTIVE:
        return f"Turn {report.turns + 1}" if most is None else f"Turn {min(report.turns + 1, most)} of {most}"
    if not report.turns:
        return ""
    return plural(report.turns, "turn") if most is None else f"{report.turns} of {plural(most, 'turn')}"


def _footer(report: Report) -> str:
    agent = f"{report.agent} agent" if report.agent else ""
    updated = f"updated {time_of_day(report.updated_at)}" if report.updated_at else ""
    return " · ".join(part for part in (f"@{report.owner}", agent, report.branch, updated) if part)
