"""An agent that says again and again that it is there, and what that says of agents that worked at the same time.

`beating.py BEATS PARTS` writes the next missing part into its workspace, slowly, and each of its beats into a file of
its goal in the directory BEATS, which is the same for all machines.
"""

# ruff: noqa: PTH110, PTH118, PTH123

from __future__ import annotations

import itertools
import os
import sys
import time

EACH = 0.02
BEATS = 15


def now() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def beat(place: str, begun: int) -> None:
    with open(os.path.join(place, os.environ["GOALWARD_GOAL"]), "a") as file:
        file.write(f"{os.getpid()}-{begun} {now()} {os.environ['GOALWARD_TURN']}\n")


def missing(parts: int) -> str:
    return next((f"part-{n}" for n in range(1, parts + 1) if not os.path.exists(f"part-{n}")), "")


def work(place: str, parts: int) -> None:
    begun = now()
    for _ in range(BEATS):
        beat(place, begun)
        time.sleep(EACH)
    if name := missing(parts):
        with open(name, "w") as file:
            file.write(os.environ["GOALWARD_TURN"])
    beat(place, begun)


def runs(text: str) -> dict[str, tuple[int, int]]:
    """From when to when each run was there, by its name, out of the beats of one goal."""
    found: dict[str, tuple[int, int]] = {}
    for line in text.splitlines():
        name, at, _ = line.split()
        first, last = found.get(name, (int(at), int(at)))
        found[name] = (min(first, int(at)), max(last, int(at)))
    return found


def overlaps(text: str) -> list[tuple[str, str]]:
    """The runs of one goal that were there at the same time, two and two."""
    ordered = sorted(runs(text).items(), key=lambda run: run[1])
    return [
        (one, other) for (one, (_, end)), (other, (begin, _)) in itertools.pairwise(ordered) if begin <= end
    ]


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
