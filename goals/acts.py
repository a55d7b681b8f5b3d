"""What an agent really did, read from its stored steps, and which of it is worth showing in a small space."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from goals.domain import failures
from goals.domain.values import Step

PROPOSALS = frozenset(
    (
        "get_goal",
        "propose_goal",
        "update_plan",
        "propose_complete",
        "report_blocked",
        "report_unachievable",
        "wait_for",
        "ask_person",
    )
)
"""Calls in which an agent speaks; they do nothing to the world and prove nothing."""

UNKNOWN = "interrupted, nobody knows how it ended"

OWN_WORD = "the agent's own command, all that it printed is a claim"
"""Goes before the line of an agent that is a command."""

SCANNED = 1_500_000
"""Characters of output that are searched for failures in all; beyond it only the ends of each output are."""

_DIGITS = re.compile(r"\d+")
_SHELL = re.compile(
    r"\[(exit code (?P<code>\d{1,3})|stopped) after [\d.]{1,20} s(?P<why>: [^\]\n]{0,100})?\]\n?"
)
_GOOD = ("done", "exit code 0")


class Act(NamedTuple):
    """A call and what came of it: `what` is `shell {"command": "pytest -q"}`, `outcome` is `exit code 1`.

    `failed` is what the machine says, not what the output says. `again` counts earlier twins.
    """

    turn: int
    what: str
    outcome: str
    output: str
    again: int = 0

    @property
    def failed(self) -> bool:
        return self.outcome not in _GOOD


def read(steps: Sequence[Step]) -> list[Act]:
    """The acts in the order in which they began; what was done again with the same output, only the last time."""
    return list(_folded(_acts(steps)))


def said(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps in which the agent speaks: visible text, and calls that only propose."""
    for step in steps:
        kind = step.kind
        if (kind == "reply" and step.body.get("text")) or (
            kind == "call" and step.body.get("name") in PROPOSALS
        ):
            yield step


def words(step: Step) -> str:
    """What the agent says in a step."""
    return str(step.body.get("text") or f"{step.body.get('name')} {step.body.get('arguments', '')}")


def chosen(acts: Sequence[Act], places: int) -> dict[int, int]:
    """Indices of the acts to show, at most so many, each with the weight that it has in the space there is.

    Two fifths are for failures, two fifths for the newest, the rest for acts from the whole of the time.
    """
    weights: dict[int, int] = {}
    troubled = _failures(acts)
    some = max(1, places * 2 // 5)
    first = troubled[: some if len(troubled) <= some else some // 2]
    for n in (*first, *_spread(sorted(set(troubled) - set(first)), some - len(first))):
        weights[n] = 3
    newest = [n for n in range(len(acts) - 1, -1, -1) if n not in weights][:some]
    weights |= {n: 4 if place < len(newest) // 3 else 2 for place, n in enumerate(newest)}
    older = [n for n in range(len(acts)) if n not in weights]
    weights |= dict.fromkeys(_spread(older, places - len(weights)), 1)
    return weights


def _acts(steps: Sequence[Step]) -> list[Act]:
    """Every call with its result; they share turn, number and id."""
    pairs: list[list[Step]] = []
    begun: dict[tuple[int, int, object], list[Step]] = {}
    for step in steps:
        kind, body = step.kind, step.body
        if kind == "call" and body.get("name") not in PROPOSALS:
            pair = [step]
            begun[step.turn, step.number, body.get("id")] = pair
            pairs.append(pair)
        elif kind == "result":
            pair = begun.pop((step.turn, step.number, body.get("id")), [])
            pair.append(step)
    return [_act(*pair) for pair in pairs]


def _act(call: Step, result: Step | None = None) -> Act:
    body = call.body
    line = body.get("line")
    what = f"{OWN_WORD}: {line}" if line else f"{body.get('name', '')} {body.get('arguments', '')}".strip()
    if result is None:
        return Act(call.turn, what, UNKNOWN, "")
    text = str(result.body.get("text") or "")
    shell = _SHELL.match(text) if text[:1] == "[" else None
    return Act(call.turn, what, _outcome(result.body, shell), text[shell.end() :] if shell else text)


def _outcome(body: Mapping[str, Any], shell: re.Match[str] | None) -> str:
    if body.get("stopped"):
        return f"stopped: {body['stopped']}"
    if body.get("exit_code") is not None:
        return f"exit code {body['exit_code']}"
    if shell:
        code, why = shell.group("code", "why")
        return f"exit code {code}" if code else f"stopped{why or ''}"
    return "failed" if body.get("failed") else "done"


def _folded(acts: Sequence[Act]) -> Iterator[Act]:
    looks = [(act.what, act.outcome, len(act.output), act.output[-64:]) for act in acts]
    last = {look: n for n, look in enumerate(looks)}
    times: dict[int, int] = defaultdict(int)
    for n, act in enumerate(acts):
        newest = last[looks[n]]
        if newest != n and acts[newest].output == act.output:
            times[newest] += 1
        else:
            yield act._replace(again=times[n]) if times[n] else act


def _failures(acts: Sequence[Act]) -> list[int]:
    """Indices of the acts that speak of failure, those that say something new first.

    Every kind of failure comes once before any comes twice, what the machine calls failed before what only its
    output does, and the newest first.
    """
    window = SCANNED // max(1, len(acts))
    kinds: dict[str, int] = defaultdict(int)
    ranked = []
    for n in range(len(acts) - 1, -1, -1):
        failure = _failure(acts[n], window)
        if failure is not None:
            kind = _DIGITS.sub("", failure)
            ranked.append((kinds[kind], not acts[n].failed, -n))
            kinds[kind] += 1
    return [-last for _, _, last in sorted(ranked)]


def _failure(act: Act, window: int) -> str | None:
    """The line that tells of it; None where nothing failed."""
    output = act.output
    seen = output if len(output) <= window else f"{output[: window // 3]}\n{output[-(window * 2 // 3) :]}"
    if not act.failed:
        return failures.line(seen) if failures.speaks(seen) else None
    return failures.line(seen) or f"{act.outcome} {seen.rstrip()[-100:]}"


def _spread(indices: Sequence[int], places: int) -> list[int]:
    """So many of them, evenly."""
    if places <= 0 or not indices:
        return []
    if places >= len(indices):
        return list(indices)
    return [indices[(2 * place + 1) * len(indices) // (2 * places)] for place in range(places)]
