"""One turn of the built-in agent: what becomes of its calls, of its time, and of what goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from goals.agents.builtin import BuiltinAgent
from goals.agents.conversation import UNKNOWN
from goals.domain.errors import StoreUnavailable
from goals.domain.findings import Outcome
from goals.domain.usage import Price
from goals.domain.values import Budget
from goals.driver import TurnSteps
from goals.meter import Meter
from goals.ports import (
    Change,
    Command,
    Ledger,
    Model,
    ModelCall,
    ModelReply,
    Ran,
    Steps,
    Task,
    ToolCall,
)
from goals.store import Store, open_store
from goals.work.executor import LocalExecutor
from tests.given import NOW, goal
from tests.peers.clock import ManualClock


def shell(line: str, id_: str = "c1") -> ToolCall:
    return ToolCall(id_, "shell", f'{{"command": "{line}"}}')


@dataclass
class Says:
    """A model with these replies, in this order, then only words."""

    replies: Sequence[Sequence[ToolCall]]
    asked: list[ModelCall] = field(default_factory=list)

    async def complete(self, call: ModelCall) -> ModelReply:
        self.asked.append(call)
        done = len(self.asked) > len(self.replies)
        return ModelReply("done", () if done else tuple(self.replies[len(self.asked) - 1]), 10, 0, 5)

    def count(self, call: ModelCall) -> int:
        return 10

    def price(self, model: str) -> Price | None:
        return None

    def window(self, model: str) -> int | None:
        return None


def look(id_: str = "c1") -> ToolCall:
    return ToolCall(id_, "list_files", "{}")


class Steady(ManualClock):
    """A clock that is so many seconds further each time it is looked at."""

    def __init__(self, step: float) -> None:
        super().__init__()
        self._step, self._at = step, 0.0

    def monotonic(self) -> float:
        self._at += self._step
        return self._at


@dataclass
class Failing:
    """Stored steps of which those of one kind cannot be stored."""

    real: Steps
    kind: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def append(self, goal_id: str, *steps: Any) -> None:
        if any(step.kind == self.kind for step in steps):
            raise StoreUnavailable("The database is gone.")
        await self.real.append(goal_id, *steps)


@dataclass
class Breaking:
    """A ledger that is away at the reservation with this number, from 1, and the ones after it."""

    real: Ledger
    number: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def reserve(self, *given: Any) -> None:
        self.number -= 1
        if self.number <= 0:
            raise StoreUnavailable("The database is gone.")
        await self.real.reserve(*given)


@dataclass
class Looks(Says):
    """A model that looks up, when it is asked, what is stored by then."""

    store: Store | None = None
    stored: list[list[str]] = field(default_factory=list)

    async def complete(self, call: ModelCall) -> ModelReply:
        assert self.store
        self.stored.append([step.kind for step in await self.store.steps.of_goal("g7k2")])
        assert (await self.store.ledger.totals("g7k2")).reserved_tokens
        return await super().complete(call)


@dataclass
class Noting:
    """An executor that notes how long each command may take, and runs none."""

    timeouts: list[float] = field(default_factory=list)

    async def run(self, command: Command) -> Ran:
        self.timeouts.append(command.timeout)
        return Ran(0, "", "", 0, 0.0)


class OpenGate:
    def passes(self, action: Any) -> bool:
        return True


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path / "state")
    yield opened
    await opened.close()


@dataclass
class Turn:
    """One turn of a goal whose model is scripted; `run` gives its outcome."""

    place: Path
    store: Store
    model: Any
    clock: Any = field(default_factory=ManualClock)
    steps: Any = None
    ledger: Any = None
    executor: Any = None

    async def run(self, seconds: float | None = None) -> Outcome:
        """Goes on where an earlier run was cut off."""
        (self.place / "work").mkdir(exist_ok=True)
        new = goal(version=0, agent="builtin", model="m", budget=Budget(seconds=seconds))
        stored = await self.store.goals.load(new.id)
        stored = stored or await self.store.goals.record(Change(new, ()), at=NOW)
        steps = self.steps or self.store.steps
        meter = Meter(cast(Model, self.model), self.ledger or self.store.ledger, self.clock)
        executor = self.executor or LocalExecutor(self.place / "state")
        agent = BuiltinAgent(
            "m", meter, self.store.goals, steps, executor, self.clock, lambda *_: cast(Any, OpenGate())
        )
        task = Task(stored, 1, self.place / "work", "")
        log = TurnSteps(steps, stored, 1, self.clock, await self.store.steps.of_goal(stored.id))
        outcome = await agent.run(task, log)
        await log.store()
        return outcome


async def test_a_store_that_is_away_when_tools_run_side_by_side_is_said_to_be_away(
    tmp_path: Path, store: Store
) -> None:
    both = Says([[shell("true"), shell("true", "c2")]])
    turn = Turn(tmp_path, store, both, steps=Failing(store.steps, "result"))
    with pytest.raises(StoreUnavailable):
        await turn.run()


async def test_no_tool_may_take_longer_than_the_time_that_the_turn_has_left(
    tmp_path: Path, store: Store
) -> None:
    twice, noting = Says([[shell("true")], [shell("true")]]), Noting()
    await Turn(tmp_path, store, twice, clock=Steady(1.0), executor=noting).run(seconds=20.0)
    first, second = noting.timeouts
    assert second < first < 20.0


async def test_what_leads_to_a_call_is_stored_with_its_reservation_before_it_is_made(
    tmp_path: Path, store: Store
) -> None:
    model = Looks([[look()], [shell("true")]], store=store)
    await Turn(tmp_path, store, model).run()
    asked = [["prompt"], ["prompt", "reply", "call", "result"]]
    asked += [[*asked[1], "reply", "call", "result"]]
    assert model.stored == asked


async def test_a_look_whose_result_a_crash_lost_is_not_repeated_either(tmp_path: Path, store: Store) -> None:
    first = Turn(tmp_path, store, Says([[look(), look("c2")]]), ledger=Breaking(store.ledger, 2))
    with pytest.raises(StoreUnavailable):
        await first.run()
    kinds = [step.kind for step in await store.steps.of_goal("g7k2")]
    assert kinds == ["prompt", "reply", "call", "call"]

    model = Says([])
    await Turn(tmp_path, store, model).run()
    told = [message["content"] for message in model.asked[0].messages if message["role"] == "tool"]
    assert told == [UNKNOWN] * 2


async def test_a_command_that_a_crash_cut_off_is_not_begun_again(tmp_path: Path, store: Store) -> None:
    first = Turn(tmp_path, store, Says([[shell("true"), look("c2")]]), steps=Failing(store.steps, "result"))
    with pytest.raises(StoreUnavailable):
        await first.run()

    model, noting = Says([]), Noting()
    await Turn(tmp_path, store, model, executor=noting).run()
    told = [message["content"] for message in model.asked[0].messages if message["role"] == "tool"]
    assert (told, noting.timeouts) == ([UNKNOWN, UNKNOWN], [])


async def test_what_was_left_for_later_is_stored_when_nothing_more_is_asked(
    tmp_path: Path, store: Store
) -> None:
    done = ToolCall("c1", "propose_complete", '{"evidence": [{"criterion": 1, "evidence": "It is there."}]}')
    await Turn(tmp_path, store, Says([[done]])).run()
    kinds = [step.kind for step in await store.steps.of_goal("g7k2")]
    assert kinds == ["prompt", "reply", "call", "result"]
