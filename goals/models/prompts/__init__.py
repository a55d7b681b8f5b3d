"""What an agent is told: a head that stays the same within a revision, then how things stand now.

The words are in the Markdown files beside this one. What people and programs said is put in as data: escaped,
between tags.
"""

from __future__ import annotations

from collections.abc import Sequence

from goals.domain import budget, protected
from goals.domain.values import Approval, Checked, Goal, PlanStatus, Revision
from goals.models.prompts.compaction import compaction_prompt
from goals.models.prompts.judge import judge_prompt
from goals.models.prompts.words import data, indented, lines, numbered, template

__all__ = [
    "compaction_prompt",
    "continuation",
    "contract_changed",
    "head",
    "judge_prompt",
    "planning_prompt",
    "put_back",
    "spoiled",
    "steering",
    "system_prompt",
    "turn_prompt",
    "wind_down_prompt",
]

LONGEST_EVIDENCE = 2_000
LONGEST_EVIDENCES = 12_000
"""Characters of evidence, for each of a check's results and for all of them."""

LONGEST_LAST_WORDS = 2_000
LONGEST_SUBJECT = 500
"""Characters."""

_MARKS = {PlanStatus.COMPLETED: "x", PlanStatus.IN_PROGRESS: ">", PlanStatus.PENDING: " "}
_MET = {True: "met", False: "NOT MET", None: "BROKEN, the check itself failed"}
_SPENT = {
    "turns": "All turns that this goal may take are taken.",
    "seconds": "The active time that this goal may use is used up.",
    "tokens": "The tokens that this goal may use are used up.",
    "usd": "The money that this goal may cost is spent.",
}
_ONE_CONVERSATION = "turn after turn, in one conversation"
_EACH_AFRESH = (
    "turn after turn. Each turn begins without a memory of the ones before: what the next one has to know, keep in "
    "files of the workspace and in the plan"
)
_WRAP_UP = "The work on this goal ends here for now."


def turn_prompt(goal: Goal) -> str:
    """The whole prompt of the goal's next turn, for an agent that remembers nothing and reports with tags."""
    return f"{head(goal)}\n{continuation(goal)}"


def head(goal: Goal) -> str:
    """Byte for byte the same for every turn of a revision."""
    return template("head.md").substitute(id=goal.id, contract=_contract(goal))


def system_prompt(goal: Goal) -> str:
    """The head of a conversation with tools: byte for byte the same for every call of a revision."""
    memory = _EACH_AFRESH if goal.request.fresh_context else _ONE_CONVERSATION
    return template("system.md").substitute(id=goal.id, contract=_contract(goal), memory=memory)


def continuation(goal: Goal, last_words: str = "") -> str:
    """How things stand before the goal's next turn; `last_words` ended the one before, for agents that forget it."""
    return template("continuation.md").substitute(
        turn=goal.turn + 1,
        brief=_news(goal),
        found=_found(goal),
        plan=_plan(goal),
        left=_left(goal),
        before=_before(last_words) if goal.request.fresh_context else "",
    )


def planning_prompt(goal: Goal) -> str:
    """What a turn is asked for that only looks and plans."""
    return template("planning.md").substitute(brief=_news(goal), found=_found(goal), plan=_plan(goal))


def wind_down_prompt(goal: Goal, dimension: str) -> str:
    """What the last call is asked for; `dimension` of the budget is spent (none where a person wraps up)."""
    return template("wind_down.md").substitute(
        why=_SPENT.get(dimension, _WRAP_UP), found=_found(goal), plan=_plan(goal)
    )


def steering(said: Sequence[str]) -> str:
    """What people said, before the agent's next step."""
    return template("steering.md").substitute(said=lines(f"- {_one(line)}" for line in said))


def spoiled(files: Sequence[str]) -> str:
    """Which protected files are not as they were, before the agent's next step."""
    return template("spoiled.md").substitute(differ=data(protected.put_back(files)))


def put_back(goal: Goal, summary: str) -> str:
    """What takes the place of the older part of a conversation: a summary of it, and how the goal stands."""
    return template("put_back.md").substitute(
        summary=f"    {indented(data(summary))}",
        brief=_brief(goal.brief),
        plan=_plan(goal),
        found=_found(goal, LONGEST_EVIDENCES // 4),
        approvals=lines(map(_approval, goal.asks)),
    )


def contract_changed(goal: Goal, changes: Sequence[Revision]) -> str:
    """What people changed in the contract, before the agent's next step, and the contract as it is now."""
    return template("changed.md").substitute(changes=_changes(changes), contract=_contract(goal))


def _contract(goal: Goal) -> str:
    request = goal.request
    keep = [f"Do not change, create or delete files that match {glob}" for glob in request.protect]
    return template("contract.md").substitute(
        revision=goal.revision,
        objective=f"    {indented(data(request.objective))}",
        criteria=numbered(goal.criteria),
        constraints=numbered([*request.constraints, *keep]),
        verifiers=lines(f"- {_one(spec.how)}" for spec in request.verifiers),
    )


def _news(goal: Goal) -> str:
    """What is new to the agent: first how the contract was changed, then what people said."""
    return _brief_changes(goal.changes) + _brief(goal.brief)


def _brief_changes(changes: Sequence[Revision]) -> str:
    if not changes:
        return ""
    return (
        "## The contract was changed since your last turn\nThe contract above is the one that holds; "
        f"what was found and planned before may no longer fit it.\n<changes>\n{_changes(changes)}\n</changes>\n\n"
    )


def _changes(changes: Sequence[Revision]) -> str:
    return lines(f"- revision {c.number}, by {_one(c.by.mention)}: {_one(c.what)}" for c in changes)


def _brief(said: tuple[str, ...]) -> str:
    if not said:
        return ""
    news = "\n".join(f"- {_one(line)}" for line in said)
    return f"## Read this first: new since your last turn\n<news>\n{news}\n</news>\n\n"


def _before(last_words: str) -> str:
    if not last_words.strip():
        return ""
    said = indented(data(last_words[-LONGEST_LAST_WORDS:]))
    return f"## What you said at the end of your last turn\n<said>\n{said}\n</said>\n\n"


def _plan(goal: Goal) -> str:
    return lines(f"- [{_MARKS[item.status]}] {_one(item.text)}" for item in goal.plan)


def _approval(ask: Approval) -> str:
    return f"- {ask.kind}, asked at {ask.asked_at:%Y-%m-%d %H:%M} UTC: {_one(ask.subject[:LONGEST_SUBJECT])}"


def _found(goal: Goal, most: int = LONGEST_EVIDENCES) -> str:
    check = goal.check or goal.baseline
    if check is None:
        return "Nothing was checked yet."
    longest = min(LONGEST_EVIDENCE, most // max(1, len(check.results)))
    return lines(_result(result, longest) for result in check.results)


def _result(result: Checked, longest: int) -> str:
    verdict = result.verdict
    line = f"- {_MET[verdict.met]}: {_one(result.how)}: {_one(verdict.reason[:LONGEST_EVIDENCE])}"
    if verdict.met is True or not verdict.evidence.strip():
        return line
    return f"{line}\n    {indented(data(verdict.evidence[-longest:]))}"


def _left(goal: Goal) -> str:
    left = budget.left(goal)
    parts = [] if left.turns is None else [f"- turns, this one included: {left.turns}"]
    parts += [] if left.seconds is None else [f"- active time: {left.seconds:.0f} s"]
    parts += [] if left.tokens is None else [f"- tokens: {left.tokens:,}"]
    parts += [] if left.usd is None else [f"- money: ${left.usd:.2f}"]
    return "\n".join(parts) or "There is no limit on turns or time."


def _one(text: str) -> str:
    """One item of a list, its further lines set in."""
    return indented(data(text))
