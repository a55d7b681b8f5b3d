"""What people are asked to approve: everything they decide on, exactly as it will run; later, who decided."""

from __future__ import annotations

from adapters.cards import mark, plan_rows, subject, who_ends
from adapters.chat import Card, Colour, File, Row, Section
from adapters.figures import amount, time_of_day
from goals.audit import Report
from goals.domain.values import Approval, ApprovalKind, ApprovalStatus

PLANNING = "plan"
"""The purpose of model calls that show that the agent has planned."""

SHOWN = 2_000
"""Characters of a command that stand in the message itself."""

HIDDEN = "What looks like a secret is hidden here as [redacted]."

HOW_TO_ANSWER = "No expiry: the goal waits. Use the buttons, or react ✅ ❌"


def approval_card(report: Report, approval: Approval) -> Card:
    """The question while it is open; afterwards the decision above the same content."""
    is_open = approval.status is ApprovalStatus.OPEN
    return Card(
        title=_question(approval) if is_open else decision(approval),
        badge=f"{report.id} · {approval.kind.value}",
        colour=_colour(approval),
        lines=_lines(report, approval),
        sections=_shown(report, approval),
        footer=_how_to_answer(approval) if is_open else "",
    )


def decision(approval: Approval) -> str:
    """Who decided what, when: `✅ approved once by @ana · 14:02 UTC`."""
    word = {
        ApprovalStatus.APPROVED: "✅ approved",
        ApprovalStatus.DENIED: "❌ denied",
        ApprovalStatus.WITHDRAWN: "↩️ no longer needed",
        ApprovalStatus.OPEN: "✋ open",
    }[approval.status]
    if approval.status is ApprovalStatus.APPROVED and approval.kind is ApprovalKind.ACTION:
        word += " for this goal" if approval.for_goal else " once"
    by = f" by {' and '.join(person.mention for person in approval.voters)}" if approval.by else ""
    return f"{word}{by} · {time_of_day(approval.decided_at)}" if approval.decided_at else f"{word}{by}"


def _how_to_answer(approval: Approval) -> str:
    if approval.needed == 1:
        return HOW_TO_ANSWER
    so_far = ", ".join(person.mention for person in approval.votes)
    return f"{len(approval.votes)} of {approval.needed} approved{f' ({so_far})' if so_far else ''}. {HOW_TO_ANSWER}"


def _question(approval: Approval) -> str:
    return "✋ Your word is needed" if approval.kind is ApprovalKind.VERIFIER else "✋ Approval needed"


def _colour(approval: Approval) -> Colour:
    return {
        ApprovalStatus.OPEN: Colour.AMBER,
        ApprovalStatus.APPROVED: Colour.GREEN,
        ApprovalStatus.DENIED: Colour.RED,
        ApprovalStatus.WITHDRAWN: Colour.GREY,
    }[approval.status]


def _lines(report: Report, approval: Approval) -> tuple[str, ...]:
    asked = {
        ApprovalKind.PLAN: f"@{report.owner} asks for this goal. ✅ starts the work, ❌ stops it before it begins.",
        ApprovalKind.ACTION: "The agent asks to run this. ✅ runs it once, ❌ tells the agent no.",
        ApprovalKind.VERIFIER: "✅ says that this holds, ❌ says that it does not.",
    }[approval.kind]
    reason = (f"Reason: {approval.reason}",) if approval.reason else ()
    return (asked, *reason) if approval.status is ApprovalStatus.OPEN else reason


def _shown(report: Report, approval: Approval) -> tuple[Section, ...]:
    match approval.kind:
        case ApprovalKind.PLAN:
            sections = (
                *contract_sections(report),
                _said(report, approval),
                _work(report, approval),
                _budget(report),
            )
        case ApprovalKind.ACTION:
            sections = (
                Section("Command", (Row("", code=_short(approval.subject)), *_hidden(approval))),
                *_about(approval),
                _objective(report),
            )
        case ApprovalKind.VERIFIER:
            sections = (Section("Question", (Row(approval.subject),)), _objective(report), *_found(report))
    return tuple(section for section in sections if section.rows)


def _hidden(approval: Approval) -> tuple[Row, ...]:
    said = f"⚠️ {HIDDEN} What runs has {approval.size} characters in all; say ❌ if you cannot tell what is hidden."
    return (Row(said),) if approval.size else ()


def _about(approval: Approval) -> tuple[Section, ...]:
    """Where it runs, why, and what could go wrong; of approvals of an earlier version nothing of it is known."""
    risk = f"high: {approval.risk}" if approval.high else approval.risk
    said = (("Directory", approval.cwd), ("Why", approval.why), ("Risk", risk))
    return tuple(Section(title, (Row(text),)) for title, text in said if text)


def _short(subject: str) -> str:
    if len(subject) <= SHOWN:
        return subject
    return f"{subject[: SHOWN // 2]}\n[… cut here, the whole is attached …]\n{subject[-SHOWN // 2 :]}"


def whole(approval: Approval) -> tuple[File, ...]:
    """What was cut for its length."""
    cut = approval.kind is ApprovalKind.ACTION and len(approval.subject) > SHOWN
    return (File(f"{approval.id}.txt", approval.subject),) if cut else ()


def contract_sections(report: Report) -> tuple[Section, ...]:
    """Objective, criteria, constraints, repository, protected files and verifiers, whole; empty parts are left out."""
    alone = [row.criterion for row in report.audit] == [report.objective]
    given = () if alone else report.audit
    sections = (
        _objective(report),
        Section("Criteria", tuple(Row(f"{row.id}. {row.criterion}") for row in given)),
        Section("Constraints", tuple(Row(f"{row.id}. {row.constraint}") for row in report.constraints)),
        Section("Repository", (Row("", code=report.repo),) if report.repo else ()),
        Section("Protected files", tuple(Row(glob) for glob in report.protected.globs)),
        Section("Verifiers", _verifiers(report)),
    )
    return tuple(section for section in sections if section.rows)


def _verifiers(report: Report) -> tuple[Row, ...]:
    rows = tuple(Row(row.type, code=subject(row)) for row in report.verifiers)
    alone = who_ends(report)
    return (Row(alone),) if alone else rows


def _objective(report: Report) -> Section:
    return Section("Objective", (Row(report.objective),))


def _said(report: Report, approval: Approval) -> Section:
    """What the agent will be told besides the contract."""
    said = report.said if approval.status is ApprovalStatus.OPEN else approval.said
    return Section("Said to the agent", tuple(Row(line) for line in said))


def _work(report: Report, approval: Approval) -> Section:
    """The agent's plan, as it wrote it; of agents that do not plan, what they run."""
    if PLANNING not in report.usage_by_purpose:
        return Section("Agent", (Row("This runs in every turn:", code=approval.subject),))
    said = tuple(Row(line) for line in approval.subject.splitlines() if line.strip())
    return Section("Plan", (*plan_rows(report.plan), *said))


def _budget(report: Report) -> Section:
    allowed = [amount(key.removeprefix("max_"), limit) for key, limit in report.budgets.items()]
    return Section("Budget", (Row(" · ".join(allowed) or "no limit"),))


def _found(report: Report) -> tuple[Section, ...]:
    others = tuple(row for row in report.verifiers if row.met is not None)
    rows = tuple(Row(row.reason, mark(row.met), detail=row.how) for row in others)
    return (Section("What the other verifiers found", rows),)
