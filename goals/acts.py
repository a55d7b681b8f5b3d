"""What an agent really did, read from its stored steps, and which of it is worth showing in a small space."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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

SCANNED = 1_500_000
"""Characters of output that are searched for failures in all; beyond it only the ends of each output are."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Act:
    """A call and what came of it; without a result it was interrupted. `again` counts earlier twins."""

    call: Step | None
    result: Step | None
    again: int = 0

    @property
    def turn(self) -> int:
        step = self.call or self.result
        return step.turn if step else 0

    @property
    def what(self) -> str:
        """`shell {"command": "pytest -q"}`, or the command line of an agent."""
        body = self.call.body if self.call else {}
        return str(body.get("line") or f"{body.get('name', 'a call')} {body.get('arguments', '')}".strip())

    @property
    def output(self) -> str:
        text = self.result.body.get("text") if self.result else ""
        return text if isinstance(text, str) else ""

    @property
    def failed(self) -> bool:
        """What the machine says, not what the output says."""
        if self.result is None:
            return True
        body = self.result.body
        return bool(body.get("failed") or body.get("stopped") or body.get("exit_code"))

    @property
    def outcome(self) -> str:
        """How it ended: `exit code 1`, `stopped: timeout`, `failed`, `done`."""
        if self.result is None:
            return "interrupted, nobody knows how it ended"
        body = self.result.body
        if body.get("stopped"):
            return f"stopped: {body['stopped']}"
        if body.get("exit_code") is not None:
            return f"exit code {body['exit_code']}"
        return "failed" if body.get("failed") else "done"


def read(steps: Sequence[Step]) -> list[Act]:
    """The acts in the order in which they began; what was done again with the same output, only the last time."""
    return list(_folded(_paired(steps)))


def said(steps: Sequence[Step]) -> list[Step]:
    """The steps in which the agent speaks: visible text, and calls that only propose."""
    return [
        step
        for step in steps
        if (step.kind == "reply" and step.body.get("text"))
        or (step.kind == "call" and step.body.get("name") in PROPOSALS)
    ]


def words(step: Step) -> str:
    """What the agent says in a step."""
    return str(step.body.get("text") or f"{step.body.get('name')} {step.body.get('arguments', '')}")


def bulk(acts: Sequence[Act]) -> int:
    """About how many bytes it would take to show all of them."""
    return sum(len(act.output) + 100 for act in acts)


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


def _paired(steps: Sequence[Step]) -> list[Act]:
    acts: list[Act] = []
    begun: dict[tuple[int, int, object], int] = {}
    for step in steps:
        key = (step.turn, step.number, step.body.get("id"))
        if step.kind == "call":
            begun[key] = len(acts)
            acts.append(Act(step, None))
        elif step.kind == "result":
            at = begun.pop(key, None)
            if at is None:
                acts.append(Act(None, step))
            else:
                acts[at] = Act(acts[at].call, step)
    return [act for act in acts if not (act.call and act.call.body.get("name") in PROPOSALS)]


def _folded(acts: Sequence[Act]) -> Iterator[Act]:
    looks = [_looks(act) for act in acts]
    last = {look: n for n, look in enumerate(looks)}
    times: dict[int, int] = defaultdict(int)
    for n, act in enumerate(acts):
        newest = last[looks[n]]
        if newest != n and _same(acts[newest], act):
            times[newest] += 1
        else:
            yield Act(act.call, act.result, times[n]) if times[n] else act


def _looks(act: Act) -> tuple[object, int, str]:
    """Different for almost all acts that are not the same, and quick."""
    body, output = act.call.body if act.call else {}, act.output
    return body.get("arguments") or body.get("line"), len(output), output[-64:]


def _same(one: Act, other: Act) -> bool:
    return (one.what, one.outcome) == (other.what, other.outcome) and one.output == other.output


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
