"""What stands in a state after all that happened, and what must be true of it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from goals.domain.trail import broken
from goals.domain.transitions.drive import INTERRUPTED
from goals.store import open_store
from tests.chaos.world import Kind, World
from tests.peers.witness import Sighting

ENDS = {"completed": "Finished", "failed": "Finished", "paused": "Paused"}


async def faults(world: World) -> list[str]:
    """Everything that is not as it would have been without a kill, a sentence each. The server still runs."""
    goals = await world.served.goals()
    found = [f"goals per thread: {n}" for n in Counter(g["thread"] for g in goals).values() if n != 1]
    if len(goals) != len(world.opened):
        found.append(f"{len(world.opened)} goals were asked for, {len(goals)} were opened")
    for goal in goals:
        kind = world.opened[goal["thread"]]
        events = await world.served.events(goal["id"])
        messages = await world.served.thread(goal["channel"], goal["thread"])
        seen = [s for s in world.witness.seen if s.goal == goal["id"]]
        of_goal = [
            *_end(goal, kind),
            *of_events(events, kind),
            *of_posts(messages, kind),
            *_runs(events, seen),
            *_active_time(goal, world.downtime),
        ]
        found += [f"{goal['id']} ({kind.name}): {fault}" for fault in of_goal]
    return found


def _end(goal: dict[str, Any], kind: Kind) -> list[str]:
    end = (goal["status"], goal["reason"])
    return [] if end == kind.end else [f"it ended as {end}: {goal['explanation']}"]


def of_events(events: list[dict[str, Any]], kind: Kind) -> list[str]:
    """Each thing happened once, the turns one after another."""
    names = Counter(event["event"] for event in events)
    turns = [event["details"]["turn"] for event in events if event["event"] == "TurnEnded"]
    expected = {"Opened": 1, "BaselineTaken": 1, ENDS[kind.end[0]]: 1}
    expected |= {"ApprovalAsked": kind.approvals, "ApprovalDecided": kind.approvals}
    wrong = [f"{names[name]} × {name}" for name, times in expected.items() if names[name] != times]
    if turns != list(range(1, len(turns) + 1)):
        wrong.append(f"its turns are {turns}")
    if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
        wrong.append("its events are not numbered one by one")
    return wrong


def of_posts(messages: list[dict[str, Any]], kind: Kind) -> list[str]:
    """One card, one message per approval, one audit or pause; warnings of a budget once; nothing twice."""
    said = [message for message in messages if message["bot"]]
    texts = Counter(message["text"] for message in said)
    wrong = [f"said {times} times: {text[:80]!r}" for text, times in texts.items() if times > 1]
    expected = 2 + kind.approvals
    ends = [m for m in said if not m["text"].startswith("⚠️")]
    if len(ends) != expected:
        wrong.append(f"{len(ends)} messages instead of {expected}: {[m['text'][:50] for m in ends]}")
    return wrong


def _runs(events: list[dict[str, Any]], seen: list[Sighting]) -> list[str]:
    """An agent runs once per turn; an interrupted run is named in the next prompt."""
    starts = [s for s in seen if s.point == "agent-starts"]
    wrong = [f"turn {turn} ran {n} times" for turn, n in Counter(s.turn for s in starts).items() if n != 1]
    told = {s.turn: INTERRUPTED in s.text for s in starts}
    cut = {e["details"]["turn"] for e in events if e["event"] == "TurnEnded" and e["details"]["interrupted"]}
    for turn, was_told in told.items():
        if was_told != (turn - 1 in cut):
            wrong.append(
                f"turn {turn} was {'' if was_told else 'not '}told of an interruption; cut were {cut}"
            )
    return wrong


def _active_time(goal: dict[str, Any], downtime: float) -> list[str]:
    if goal["active_seconds"] <= goal["elapsed_seconds"]:
        return []
    return [f"{goal['active_seconds']:.1f} s active of {goal['elapsed_seconds']:.1f} s"]


async def left_over(state: Path) -> list[str]:
    """What a store may not hold after everything ended. The server has stopped."""
    found = []
    with closing(sqlite3.connect(state / "goalward.db")) as rows:
        for what, query in LEFT_OVER.items():
            found += [f"{what}: {row}" for row in rows.execute(query)]
        goal_ids = [row[0] for row in rows.execute("SELECT id FROM goal")]
    store = await open_store("", state)
    for goal_id in goal_ids:
        kept = await store.history.kept(goal_id)
        if kept is None or broken(kept) is not None:
            found.append(f"the trail of {goal_id} is broken")
    await store.close()
    return found + [f"still on record: {path.name}" for path in (state / "running").iterdir()]


LEFT_OVER = {
    "a step twice": "SELECT goal_id, turn, number, kind, json_extract(body, '$.id') FROM step "
    "WHERE kind <> 'resume' GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1",
    "a call of a turn that never was": """
        SELECT step.goal_id, step.turn FROM step JOIN goal ON goal.id = step.goal_id
        WHERE step.turn > json_extract(goal.document, '$.turn')""",
    "not delivered": "SELECT key, state, error FROM outbox WHERE state <> 'sent'",
    "not handled": "SELECT key FROM inbox WHERE handled_at IS NULL",
    "a slot of a goal that has none": """
        SELECT slot.goal_id FROM slot JOIN goal ON goal.id = slot.goal_id WHERE goal.slot IS NULL""",
    "two cards": "SELECT goal_id, subject FROM post GROUP BY 1, 2 HAVING count(*) > 1",
}
