"""What the judge is shown as a goal grows old: how many tokens, with every failure in it, and how long choosing takes."""

from __future__ import annotations

import time
from pathlib import Path

from goals.domain.excerpts import tokens
from goals.domain.values import Check, Goal, Step
from goals.evidence import select
from goals.models.prompts.judge import LONGEST_INPUT, judge_prompt, room
from tests.bench.figures import Figure, figure
from tests.given import NOW, check, goal

TURNS = (10, 50, 200)
STEPS, TIMES = 2_000, 25
LINE = "src/part_{0}/module_{1}.py: read, parsed and rendered in the usual way\n"


async def the_judges_input(place: Path) -> list[Figure]:
    """Tokens of the whole question after each of TURNS, where that turn had a failure in its 3 kB of output."""
    asked, checked = goal(criteria=("every part builds", "no test fails")), check(True)
    inputs = {turns: question(asked, checked, worked(turns)) for turns in TURNS}
    sizes = {turns: float(tokens(text)) for turns, text in inputs.items()}
    unseen = sum(
        f"FAILED: planted_{planted}\n" not in text
        for turns, text in inputs.items()
        for planted in TURNS
        if planted <= turns
    )
    return [
        *(figure(f"the judge's input at turn {n}", [sizes[n]], "tokens", LONGEST_INPUT) for n in TURNS),
        figure(
            "the largest of them against the smallest", [max(sizes.values()) / min(sizes.values())], "×", 1.2
        ),
        figure("planted failures that it does not show", [float(unseen)], "", 0.0),
    ]


async def choosing_evidence(place: Path) -> list[Figure]:
    """Milliseconds to choose from STEPS steps with 3 kB in each result; and from as many results."""
    return [
        figure(f"choosing evidence from {STEPS:,} steps", chosen(worked(STEPS // 2)), "ms", 20.0),
        figure(f"the same from {STEPS:,} calls", chosen(worked(STEPS)), "ms"),
    ]


def chosen(steps: list[Step]) -> list[float]:
    checked, took = check(True), []
    for _ in range(TIMES):
        began = time.perf_counter()
        select(steps, checked, "", "All is done.")
        took.append((time.perf_counter() - began) * 1000)
    return took


def question(asked: Goal, checked: Check, steps: list[Step]) -> str:
    evidence = select(steps, checked, "", "All is done.", budget_tokens=room(asked, checked))
    return "".join(message["content"] for message in judge_prompt(asked, checked, evidence))


def worked(turns: int) -> list[Step]:
    """The steps of so many turns with one call each; some of them fail, and say so in their middle."""
    steps = []
    for turn in range(1, turns + 1):
        lines = [LINE.format(turn, n) for n in range(46)]
        if turn in TURNS:
            lines.insert(23, f"3 tests FAILED: planted_{turn}\n")
        text = f"[exit code 0 after 0.{turn} s]\n{''.join(lines)}"
        arguments = f'{{"command": "make part-{turn}"}}'
        steps += [
            Step(turn, 1, "call", {"id": "c", "name": "shell", "arguments": arguments}, NOW),
            Step(turn, 1, "result", {"id": "c", "text": text, "failed": False}, NOW),
        ]
    return steps
