"""What an agent is told for a turn: a head that stays the same within a revision, then how things stand now.

The words are in the Markdown files beside this one. What people and programs said is put in as data: escaped,
between tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Template

from goals.domain import budget
from goals.domain.values import Checked, Goal, PlanStatus

LONGEST_EVIDENCE = 2_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MARKS = {PlanStatus.COMPLETED: "x", PlanStatus.IN_PROGRESS: ">", PlanStatus.PENDING: " "}
_MET = {True: "met", False: "NOT MET", None: "BROKEN, the check itself failed"}


def turn_prompt(goal: Goal) -> str:
    """The whole prompt of the goal's next turn."""
    return f"{head(goal)}\n{continuation(goal)}"


def head(goal: Goal) -> str:
    """Byte for byte the same for every turn of a revision."""
    request = goal.request
    protected = [f"Do not change, create or delete files that match {glob}" for glob in request.protect]
    return _template("head.md").substitute(
        id=goal.id,
        revision=goal.revision,
        objective=f"    {_indented(_data(request.objective))}",
        criteria=_numbered(goal.criteria),
        constraints=_numbered([*request.constraints, *protected]),
        verifiers=_lines(f"- {_data(spec.how)}" for spec in request.verifiers),
    )


def continuation(goal: Goal) -> str:
    check = goal.check or goal.baseline
    return _template("continuation.md").substitute(
        turn=goal.turn + 1,
        brief=_brief(goal.brief),
        found=_lines(_found(result) for result in check.results) if check else "Nothing was checked yet.",
        plan=_lines(f"- [{_MARKS[item.status]}] {_data(item.text)}" for item in goal.plan),
        left=_left(goal),
    )


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).parent / name).read_text("utf-8"))


def _data(text: str) -> str:
    """Words of others, so that they cannot end the tag that they stand in."""
    return html.escape(_CONTROLS.sub("", text), quote=False).strip()


def _numbered(texts: Iterable[str]) -> str:
    return _lines(f"{number}. {_indented(_data(text))}" for number, text in enumerate(texts, 1))


def _indented(text: str) -> str:
    """With the lines after the first set in, so far that none of them opens a code block."""
    return text.replace("\n", "\n    ")


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or "(none)"


def _brief(lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    said = "\n".join(f"- {_indented(_data(line))}" for line in lines)
    return f"## Read this first: new since your last turn\n<news>\n{said}\n</news>\n\n"


def _found(result: Checked) -> str:
    verdict = result.verdict
    line = f"- {_MET[verdict.met]}: {_data(result.how)}: {_data(verdict.reason)}"
    if verdict.met is True or not verdict.evidence.strip():
        return line
    return f"{line}\n    {_indented(_data(verdict.evidence[-LONGEST_EVIDENCE:]))}"


def _left(goal: Goal) -> str:
    left = budget.left(goal)
    parts = [] if left.turns is None else [f"- turns, this one included: {left.turns}"]
    parts += [] if left.seconds is None else [f"- active time: {left.seconds:.0f} s"]
    return "\n".join(parts) or "There is no limit on turns or time."
