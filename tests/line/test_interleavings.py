"""Two hundred goals at which people, reactions and turns pull in any order: nothing is lost, and the trail tells it all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from itertools import count, pairwise
from pathlib import Path
from typing import Any, TypeVar, cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from adapters.chat import Inbound, Message, Reaction
from adapters.local import LocalAdapter
from bot.app import Core, open_core
from bot.settings import Settings
from goals.domain.findings import TurnReport
from goals.domain.trail import ITSELF, Trail, broken
from goals.domain.values import Goal, Origin, Person, Status
from goals.plugins import AGENTS, BUILTIN, VERIFIERS, Plugins
from goals.ports import StepLog, Task
from tests.bench.players import Named, Referee
from tests.peers.clock import ManualClock

INTERLEAVINGS, ACTS = 200, 12
PATIENCE = 30.0
QUARTER = 15 * 60.0

T = TypeVar("T")

WORDS = (
    "/goal add {word}",
    "/goal edit {word}",
    "/goal constrain {word}",
    "/goal remove {number}",
    "/goal budget +{number} turns",
    "/goal steer {word}",
    "{word}",
    "!aside {word}",
    "/goal pause",
    "/goal resume",
    "/goal wait 10m",
    "/goal unwait",
    "/goal check",
    "/goal wrap up",
    "/goal mute",
    "/goal unmute",
    "/goal approve",
    "/goal deny",
    "/goal deny {word}",
    "/goal status",
)
EMOJI = ("✅", "❌", "⏸", "▶", "➕")


@dataclass(slots=True)
class Contract:
    """What the goal must be after the acts that its trail names, told here once more and without its code."""

    objective: str
    turns: int
    subgoals: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def take(self, said: str) -> None:
        match said.removeprefix("/goal ").split(maxsplit=1):
            case ["add", word]:
                self.subgoals.append(word)
            case ["edit", word]:
                self.objective = word
            case ["constrain", word]:
                self.constraints.append(word)
            case ["remove", number]:
                del self.subgoals[int(number) - 2]
            case ["budget", amount]:
                self.turns += int(amount.split()[0])
            case ["➕"]:
                self.turns = round(self.turns * 1.5)
            case ["steer", word] | [word] if word.startswith("word"):
                self.words.append(word)


class Player:
    """An agent whose turns end when they are allowed to; it keeps what it was told."""

    def __init__(self) -> None:
        self.prompts: dict[str, list[str]] = defaultdict(list)
        self.cues: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(0))
        self.at_work: set[str] = set()

    def describe(self) -> str:
        return "a player"

    async def run(self, task: Task, steps: StepLog) -> TurnReport:
        self.prompts[task.goal.id].append(task.prompt)
        self.at_work.add(task.goal.id)
        try:
            await self.cues[task.goal.id].acquire()
        finally:
            self.at_work.discard(task.goal.id)
        await steps.add("call", 1, {"tool": "shell"})
        await steps.add("result", 1, {"exit_code": 0})
        return TurnReport(f"Turn {task.turn} is over.", seconds=0.01, calls=1)


class Stage:
    """The bot with its local channel, without a web server; `run` lets its event loop work."""

    def __init__(self, state: Path, runner: asyncio.Runner) -> None:
        self.state, self.clock, self.player = state, ManualClock(), Player()
        self.run: Callable[[Awaitable[Any]], Any] = lambda work: runner.run(_awaited(work))
        self.numbers = count(1)
        self.core: Core

    async def open(self) -> Callable[[], None]:
        defaults = {"checkpoint_turns": 0, "no_progress_limit": 1_000}
        groups = {
            AGENTS: [Named(BUILTIN, lambda name, line, executor: self.player)],
            VERIFIERS: [Named("answered", Referee)],
        }
        plugins = Plugins(lambda group: cast(list[EntryPoint], groups.get(group, [])))
        asked = Settings.model_validate({"state": self.state, "defaults": defaults})
        self.core, lock = await open_core(asked, clock=self.clock, plugins=plugins)
        self.core.bring("local", LocalAdapter(self.core.store.rooms, self.clock).port)
        await self.core.start()
        return lock.release

    async def take(self, *events: Inbound) -> None:
        for event in events:
            await self.core.inbox.accept(event)
        await self.core.inbox.settled()

    async def rest(self, goal_id: str) -> None:
        """Return when nothing moves the goal but people, turns that are allowed to end, and time."""
        async with asyncio.timeout(PATIENCE):
            while not await self._rests(goal_id):  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def _rests(self, goal_id: str) -> bool:
        if goal_id in self.player.at_work or goal_id in self.core.dispatcher.driven:
            return goal_id in self.player.at_work
        return (await self.core.service.find(goal_id)).status not in (Status.QUEUED, Status.ACTIVE)

    def answered(self, prefix: str) -> set[str]:
        """The keys of the acts to which the bot said something."""
        with closing(sqlite3.connect(self.state / "goalward.db")) as rows:
            found = rows.execute("SELECT key FROM outbox WHERE key LIKE ?", (f"reply:{prefix}%",))
            return {key.removeprefix("reply:") for (key,) in found}


async def _awaited(work: Awaitable[T]) -> T:
    return await work


class Interleaving(RuleBasedStateMachine):
    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage, self.name = stage, f"room{next(stage.numbers)}"
        self.at = Origin("local", self.name, f"{self.name}-1", f"{self.name}-1")
        self.said: dict[str, str] = {}

    @initialize(approved=st.booleans())
    def somebody_asks_for_a_goal(self, approved: bool) -> None:
        verify = """--verify '{"type": "answered"}'"""
        asked = f"/goal {'--auto-approve ' * approved}{verify} --max-turns 9 the first objective"
        self.stage.run(self.stage.take(self._message(asked)))
        (goal,) = self.stage.run(self.stage.core.service.goals(thread_key=self.at.thread_key))
        self.goal_id: str = goal.id
        self.stage.run(self.stage.rest(self.goal_id))

    @rule(words=st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 4)), min_size=1, max_size=3))
    def people_speak(self, words: list[tuple[str, int]]) -> None:
        self._all(*(self._message(self._text(*each)) for each in words))

    @rule(emoji=st.sampled_from(EMOJI))
    def somebody_reacts(self, emoji: str) -> None:
        if (shown := self.stage.run(self._shown())) is not None:
            self._all(self._reaction(emoji, shown))

    @rule()
    def a_turn_ends(self) -> None:
        self._cue()
        self._all()

    @rule(word=st.sampled_from(WORDS), number=st.integers(1, 4))
    def somebody_speaks_while_a_turn_ends(self, word: str, number: int) -> None:
        self._cue()
        self._all(self._message(self._text(word, number)))

    @rule()
    def a_quarter_of_an_hour_passes(self) -> None:
        self.stage.clock.advance(QUARTER)
        self._all()

    def teardown(self) -> None:
        if not hasattr(self, "goal_id"):
            return
        self.stage.run(self.stage.take(self._message("/goal cancel")))
        goal, trail = self.stage.run(self._end())
        assert goal.status.terminal
        self._nothing_is_lost(goal, trail)
        self._the_trail_tells_it_all(goal, trail)

    # --- what must be true ----------------------------------------------------------------------------

    def _nothing_is_lost(self, goal: Goal, trail: Trail) -> None:
        expected = Contract("the first objective", 9)
        for row in trail.rows:
            if row.who in self.said:
                expected.take(self.said[row.who])
        request = goal.request
        found = Contract(
            request.objective, request.budget.turns or 0, list(request.subgoals), list(request.constraints)
        )
        told = "\n".join((*self.stage.player.prompts[goal.id], *goal.brief))
        unheard = [word for word in expected.words if word not in told]
        expected.words = []
        assert (found, unheard) == (expected, [])

    def _the_trail_tells_it_all(self, goal: Goal, trail: Trail) -> None:
        by_people = [row for row in trail.rows if row.who != ITSELF]
        answered = self.stage.answered(self.name)
        acted = {row.who for row in by_people}
        passed_over = [
            said
            for who, said in self.said.items()
            if who not in acted
            and who not in answered
            and not said.startswith("!aside")
            and said not in EMOJI
        ]
        assert broken(trail) is None
        assert all(later.before == earlier.after for earlier, later in pairwise(trail.rows))
        assert all(row.what for row in by_people)
        assert len(by_people) == len(acted)
        assert passed_over == []

    # --- acts -----------------------------------------------------------------------------------------

    def _all(self, *events: Inbound) -> None:
        self.stage.run(self.stage.take(*events))
        self.stage.run(self.stage.rest(self.goal_id))

    def _cue(self) -> None:
        if self.goal_id in self.stage.player.at_work:
            self.stage.player.cues[self.goal_id].release()

    def _text(self, text: str, number: int) -> str:
        return text.format(word=f"word{len(self.said)}", number=number)

    def _message(self, text: str) -> Message:
        who = self._somebody(text)
        return Message(who.id, who, self.at, who.id, text)

    def _reaction(self, emoji: str, message: str) -> Reaction:
        who = self._somebody(emoji)
        return Reaction(who.id, who, self.at, message, emoji)

    def _somebody(self, said: str) -> Person:
        """Each act is another person's, so that the trail says which act it tells of."""
        name = f"{self.name}-{len(self.said)}"
        self.said[name] = said
        return Person(name, name)

    async def _shown(self) -> str | None:
        """The message of an open approval, else the goal's card."""
        await self.stage.core.outbox.settled()
        messages = self.stage.core.store.messages
        asks = await self.stage.core.service.open_approvals(self.goal_id)
        subjects = [f"approval:{ask.id}" for ask in asks] + ["card"]
        posted = [await messages.message_of(self.goal_id, subject) for subject in subjects]
        return next((each.message for each in posted if each), None)

    async def _end(self) -> tuple[Goal, Trail]:
        service = self.stage.core.service
        (trail,) = await service.trails(self.goal_id)
        return await service.find(self.goal_id), trail


@contextmanager
def stage(state: Path) -> Iterator[Stage]:
    with ExitStack() as doors:
        runner = doors.enter_context(asyncio.Runner())
        opened = Stage(state, runner)
        doors.callback(runner.run(opened.open()))
        doors.callback(lambda: runner.run(opened.core.stop()))
        yield opened


def test_nothing_is_lost_whatever_comes_in_which_order(tmp_path: Path) -> None:
    with stage(tmp_path) as opened:
        run_state_machine_as_test(
            lambda: Interleaving(opened),
            settings=settings(
                max_examples=INTERLEAVINGS,
                stateful_step_count=ACTS,
                deadline=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
