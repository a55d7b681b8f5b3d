"""The judge of the scripted model: it goes by what the verifiers found and printed, and by the diff; the agent's
claim counts for nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.demo.play import between
from bot.demo.script import Answer, Request, Script, text_of

PACE = 0.8

BEYOND = "I am a script that stands in for a judge: I can only say whether tests pass. Set `[model] judge`."

_NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_TESTS = re.compile(r"\btests?\b", re.IGNORECASE)
_CHANGED_TEST = re.compile(r"^\W*(?:\+\+\+|---) [ab]/(\S*tests?[/_]\S*)", re.MULTILINE)


def referee(pace: float = PACE) -> Script:
    def script(request: Request) -> Answer:
        return Answer(json.dumps(verdict(text_of(request.messages[-1]))), delay=pace)

    return script


def verdict(case: str) -> dict[str, Any]:
    """The answer to a case, in the form that judges are asked for."""
    criteria = [_criterion(int(n), text, case) for n, text in _NUMBERED.findall(between(case, "criteria"))]
    constraints = [
        _constraint(int(n), text, case) for n, text in _NUMBERED.findall(between(case, "constraints"))
    ]
    met = [one["met"] for one in criteria]
    complete = all(met) and all(one["kept"] for one in constraints)
    open_ = [one for one in (*criteria, *constraints) if not one.get("met", one.get("kept"))]
    return {
        "criteria": criteria,
        "constraints": constraints,
        "score": sum(met) / len(met) if met else 0.0,
        "complete": complete,
        "missing": "" if complete else " ".join(dict.fromkeys(one["evidence"] for one in open_)),
    }


def _criterion(number: int, text: str, case: str) -> dict[str, Any]:
    """Only what tests can show is met, and only where they do."""
    if not _TESTS.search(f"{text} {between(case, 'objective')}"):
        return {"id": number, "met": False, "evidence": BEYOND}
    found = _found(case)
    failing = [line for line in found if not line.startswith("- met: ")]
    if failing or not found:
        return {"id": number, "met": False, "evidence": failing[0][2:] if failing else "No verifier has run."}
    return {"id": number, "met": True, "evidence": found[-1].removeprefix("- met: ")}


def _constraint(number: int, text: str, case: str) -> dict[str, Any]:
    """That tests stay as they are can be seen in the diff; of anything else a script knows nothing."""
    if not _TESTS.search(text):
        return {"id": number, "kept": False, "evidence": BEYOND}
    changed = _CHANGED_TEST.findall(between(case, "diff"))
    told = f"The diff changes {changed[0]}." if changed else "The diff changes no file of tests."
    return {"id": number, "kept": not changed, "evidence": told}


def _found(case: str) -> Sequence[str]:
    return [line for line in between(case, "found").splitlines() if line.startswith("- ")]
