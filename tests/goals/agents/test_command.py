from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from goals.agents.command import TAIL, CommandAgent
from goals.domain.findings import Said, TurnReport
from goals.domain.values import Goal, Origin, Person, Request, Step
from goals.ports import Task
from goals.work.executor import LocalExecutor

NOW = datetime(2026, 11, 2, 14, 2, tzinfo=UTC)


@dataclass
class Steps:
    """A turn's steps, kept in a list."""

    before: Sequence[Step] = ()
    added: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)

    async def add(self, kind: Literal["call", "result", "reply"], number: int, body: dict[str, Any]) -> Step:
        self.added.append((kind, number, body))
        return Step(1, number, kind, body, NOW)

    def after_a_crash(self, count: int) -> "Steps":
        return Steps([Step(1, number, kind, body, NOW) for kind, number, body in self.added[:count]])


@pytest.fixture
def task(tmp_path: Path) -> Task:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    goal = Goal("g7k2", Request("ship it"), Person("ana"), Origin("local", "demo", "1"), NOW, NOW)
    return Task(goal, 3, workspace, "Please ship it.")


@pytest.fixture
def agent(tmp_path: Path) -> Callable[..., CommandAgent]:
    def of(line: str | tuple[str, ...], **more: Any) -> CommandAgent:
        return CommandAgent("fixer", line, LocalExecutor(tmp_path / "state"), **more)

    return of


async def test_the_prompt_comes_on_its_input_and_the_turn_in_its_environment(
    agent: Callable[..., CommandAgent], task: Task
) -> None:
    report = await agent("cat; echo; echo $GOALWARD_GOAL $GOALWARD_TURN; pwd").run(task, Steps())
    assert report.text.splitlines() == ["Please ship it.", "g7k2 3", str(task.workspace)]
    assert (report.calls, report.broken, report.interrupted) == (None, "", False)


async def test_what_it_proposes_in_tags_is_reported(agent: Callable[..., CommandAgent], task: Task) -> None:
    report = await agent(("echo", "<goal_complete/>")).run(task, Steps())
    assert report.said == Said(complete=True)


async def test_its_run_is_stored_before_and_after(agent: Callable[..., CommandAgent], task: Task) -> None:
    steps = Steps()
    await agent("echo hello").run(task, steps)
    assert [(kind, number) for kind, number, _ in steps.added] == [("call", 1), ("result", 1)]
    assert steps.added[0][2] == {"line": "echo hello", "cwd": str(task.workspace)}


async def test_a_run_that_ended_before_a_crash_is_not_repeated(
    agent: Callable[..., CommandAgent], task: Task
) -> None:
    fixer, steps = agent("echo x >> runs; echo '<goal_complete/>'"), Steps()
    first = await fixer.run(task, steps)
    again = await fixer.run(task, steps.after_a_crash(2))
    assert again == first
    assert (task.workspace / "runs").read_text() == "x\n"


async def test_a_run_that_a_crash_cut_short_is_reported_not_repeated(
    agent: Callable[..., CommandAgent], task: Task
) -> None:
    fixer, steps = agent("echo x >> runs"), Steps()
    await fixer.run(task, steps)
    assert await fixer.run(task, steps.after_a_crash(1)) == TurnReport("", interrupted=True)
    assert (task.workspace / "runs").read_text() == "x\n"


async def test_another_exit_code_than_zero_is_part_of_the_text(
    agent: Callable[..., CommandAgent], task: Task
) -> None:
    report = await agent("echo tried; exit 3").run(task, Steps())
    assert report.text == "tried\n\n[the agent's command ended with exit code 3]"
    assert report.broken == ""


@pytest.mark.parametrize("line", ["no-such-program -x", ("no-such-program", "-x"), "./missing.sh"])
async def test_a_command_that_is_not_there_is_broken_and_named(
    agent: Callable[..., CommandAgent], task: Task, line: str | tuple[str, ...]
) -> None:
    report = await agent(line).run(task, Steps())
    said = line if isinstance(line, str) else " ".join(line)
    assert report.broken == f"The agent's command cannot be run: {said}"


async def test_a_command_that_lacks_another_one_is_not_broken(
    agent: Callable[..., CommandAgent], task: Task
) -> None:
    report = await agent("echo one; echo two; echo three; no-such-program").run(task, Steps())
    assert (report.broken, "exit code 127" in report.text) == ("", True)


async def test_a_turn_takes_no_longer_than_the_time_that_is_left(
    agent: Callable[..., CommandAgent], task: Task
) -> None:
    short = Task(task.goal, task.turn, task.workspace, task.prompt, time_left=0.3)
    report = await agent("sleep 60").run(short, Steps())
    assert report.text == "[the agent's command was stopped: its time was up]"


async def test_the_end_of_a_long_text_is_kept(agent: Callable[..., CommandAgent], task: Task) -> None:
    report = await agent("seq 200000; echo '<goal_complete/>'").run(task, Steps())
    assert report.said.complete
    assert len(report.text) < 2 * TAIL


def test_people_see_the_command_line_before_it_starts(agent: Callable[..., CommandAgent]) -> None:
    assert agent(("./fix", "a b")).describe() == "fixer: ./fix 'a b'"
