"""What an answer costs: reading a command and the right to give it, and looks at a store full of finished goals."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from adapters import grammar, language
from adapters.acts import GoalActs
from adapters.chat import Body, Message
from adapters.verbs import Place, Verb
from bot.app import Core
from goals.domain.change import Change
from goals.domain.values import Goal, Origin, Reason, Request, Status, VerifierSpec
from goals.store import Store, open_store
from tests.bench.figures import Figure, figure
from tests.bench.players import Score
from tests.bench.turns import ANA, running
from tests.given import check

FINISHED, UNFINISHED, AT_ONCE = 10_000, 50, 500
LOOKS = 40
COMMANDS = (
    "/goal status",
    "/goal g7k2 budget +50k",
    "/goal stop the flaky tests",
    "/goal --max-turns 5 --max-usd $5 --verify 'pytest -q' fix it\nRequirements:\n- green\n- quick",
    '/goal {"objective": "fix it", "verify": [{"type": "test", "command": "pytest -q"}], "max_turns": 5}',
    "/goal ```yaml\nobjective: fix it\ncriteria: [green, quick]\nverify: pytest -q\n```",
)


async def reading(place: Path) -> list[Figure]:
    """Parsing a command and finding out whether its speaker may give it."""
    async with running(place / "reading", Score()) as core:
        took = [_read(core, command) for _ in range(50) for command in COMMANDS]
    return [figure("parsing and authorising a command", took, "ms", 2.0)]


def _read(core: Core, command: str) -> float:
    began = time.perf_counter()
    parsed = language.parse(command, Place(), core.clock.now())
    right = grammar.verb(parsed.name).right if isinstance(parsed, Verb) else "own"
    assert core.service.may(ANA, right, "local:demo")
    return (time.perf_counter() - began) * 1000


async def looking(place: Path) -> list[Figure]:
    """Status, board, queue and the list over HTTP, with goals that all ended today in the same channel."""
    state = place / "full"
    store = await open_store("", state)
    await _fill(store)
    await store.close()
    async with running(state, Score()) as core:
        acts = GoalActs(core.service, core.drafts, core.store.messages, core.clock)

        async def said(text: str) -> Body | None:
            return await acts.act(Message("", ANA, Origin("local", "demo", ""), "", text))

        figures = []
        for name, look, target in (
            ("a status answer", lambda: said("/goal q001 status"), 50.0),
            ("the board", lambda: said("/goal board"), 50.0),
            ("the queue", lambda: said("/goal queue"), None),
            ("a list of 200 goals over HTTP", lambda: core.service.reports(channel="local:demo"), None),
        ):
            took = [await _timed(look) for _ in range(LOOKS)]
            figures.append(figure(f"{name}, {FINISHED:,} finished goals", took, "ms", target))
    return figures


async def _timed(look: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    assert await look()
    return (time.perf_counter() - began) * 1000


async def _fill(store: Store) -> None:
    now = _now()
    found = check(False, reason="3 failed")
    for first in range(0, FINISHED, AT_ONCE):
        async with asyncio.TaskGroup() as group:
            for number in range(first, first + AT_ONCE):
                ended = {"status": Status.COMPLETED, "reason": Reason.PROVEN, "ended_at": now, "check": found}
                group.create_task(_keep(store, f"f{number}", **ended))
    async with asyncio.TaskGroup() as group:
        for number in range(UNFINISHED):
            status = Status.QUEUED if number % 2 else Status.PAUSED
            group.create_task(_keep(store, f"q{number:03}", status=status, check=found))
        group.create_task(store.channels.switch_off("local:demo", ANA, now))


async def _keep(store: Store, goal_id: str, **changes: object) -> None:
    request = Request(f"the wish {goal_id}", verifiers=(VerifierSpec("answered"),), auto_approve=True)
    now = _now()
    origin = Origin("local", "demo", goal_id, goal_id)
    kept = Goal(goal_id, request, ANA, origin, created_at=now, queued_at=now, **changes)  # type: ignore[arg-type]
    await store.goals.record(Change(kept, ()), at=now)


def _now() -> datetime:
    return datetime.now(UTC)
