"""`python -m tests.bench.scripted [DELAY]`: the models of the bench in a process of its own, until its input ends.

The agent proposes completion in its first reply of every turn; the judge never agrees, each time for another reason.
"""

from __future__ import annotations

import asyncio
import json
import sys

from bot.demo.model import playing
from bot.demo.script import Answer, Call, Request, Script

CLAIM = {"evidence": [{"criterion": 1, "evidence": "I looked at all of it, and all of it is there."}]}
PLACES = ("cellar", "attic", "garden", "kitchen", "hall", "yard", "shed", "porch")


def agent(delay: float = 0.0) -> Script:
    return lambda request: Answer("All is done.", [Call("propose_complete", CLAIM)], delay=delay)


def judge(delay: float = 0.0) -> Script:
    return lambda request: Answer(word(request), delay=delay)


def word(request: Request) -> str:
    missing = f"something is missing in the {PLACES[request.nth % len(PLACES)]}"
    criteria = [{"id": 1, "met": False, "evidence": missing}]
    return json.dumps({"criteria": criteria, "score": 0.5, "complete": False, "missing": missing})


async def main(delay: float) -> None:
    async with playing({"agent-model": agent(delay), "judge-model": judge(delay)}) as model:
        print(model.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if sys.argv[1:] else 0.0))
