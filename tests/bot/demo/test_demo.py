"""The demonstration from its first turn to its last: honest tools, real fixes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pygit2
import pytest

from bot.demo import Demonstration, prepare
from goals.agents.command import CommandAgent
from goals.domain.findings import Said, TurnReport
from goals.domain.values import Goal, Origin, Person, PlanItem, PlanStatus, Request, Step
from goals.models.prompts import turn_prompt
from goals.ports import CheckContext, Task
from goals.verifiers.running import CommandSettings
from goals.verifiers.test import TestVerifier
from goals.work.executor import LocalExecutor

NOW = datetime(2026, 11, 2, 14, 2, tzinfo=UTC)
FIXES = [
    ("invoice/discount.py", "if total > threshold:", "if total >= threshold:"),
    (
        "invoice/lines.py",
        "return sum(line.net for line in lines)",
        "return sum(line.gross for line in lines)",
    ),
    ("invoice/terms.py", "timedelta(days=6 - weekday)", "timedelta(days=7 - weekday)"),
]
GOAL = Goal("g7k2", Request("Make the tests pass"), Person("ana"), Origin("local", "demo", "1"), NOW, NOW)


@dataclass
class Steps:
    before: Sequence[Step] = ()
    added: list[str] = field(default_factory=list)

    async def add(self, kind: Literal["call", "result", "reply"], number: int, body: dict[str, Any]) -> Step:
        self.added.append(kind)
        return Step(1, number, kind, body, NOW)


@pytest.fixture
def demo(tmp_path: Path) -> Demonstration:
    return prepare(tmp_path / "state")


@pytest.fixture
def executor(tmp_path: Path) -> LocalExecutor:
    return LocalExecutor(tmp_path / "state")


async def turn(demo: Demonstration, executor: LocalExecutor, number: int) -> TurnReport:
    goal = replace(GOAL, turn=number - 1)
    task = Task(goal, number, demo.repo, turn_prompt(goal))
    return await CommandAgent(demo.agent, demo.argv, executor).run(task, Steps())


async def all_pass(demo: Demonstration, executor: LocalExecutor) -> bool | None:
    settings = CommandSettings(command="python3 -m unittest -q")
    return (await TestVerifier(settings).check(CheckContext(GOAL, demo.repo, "t", executor))).met


def changes(repo: Path) -> list[tuple[str, str, str]]:
    """What differs from the commit: path, the line before, the line after."""
    found = []
    for patch in pygit2.Repository(repo).diff("HEAD"):
        lines = [line for hunk in patch.hunks for line in hunk.lines]
        old, new = ([line.content.strip() for line in lines if line.origin == sign] for sign in "-+")
        found += [(patch.delta.new_file.path, *pair) for pair in zip(old, new, strict=True)]
    return found


async def test_the_demonstration_ends_with_real_fixes_only(
    demo: Demonstration, executor: LocalExecutor
) -> None:
    assert await all_pass(demo, executor) is False
    reports = [await turn(demo, executor, number) for number in (1, 2, 3)]
    assert [report.said.complete for report in reports] == [False, False, True]
    assert await all_pass(demo, executor) is True
    fixed = changes(demo.repo)
    assert len(fixed) == len(FIXES)
    for (path, old, new), (file, before, after) in zip(fixed, FIXES, strict=True):
        assert (path, before in old, after in new) == (file, True, True)


async def test_every_turn_repairs_one_fault_and_says_where_it_stands(
    demo: Demonstration, executor: LocalExecutor
) -> None:
    report = await turn(demo, executor, 1)
    assert len(changes(demo.repo)) == 1
    assert "Kept: invoice/discount.py:11: `>` becomes `>=`." in report.text
    assert report.said.plan == (
        PlanItem("make test_discount pass", PlanStatus.COMPLETED),
        PlanItem("make test_lines pass", PlanStatus.IN_PROGRESS),
        PlanItem("make test_terms pass"),
    )


async def test_the_agent_says_so_when_it_finds_nothing(demo: Demonstration, executor: LocalExecutor) -> None:
    (demo.repo / "invoice" / "discount.py").write_text(
        "def percent(total): return 'none'\n\ndiscounted = percent\n"
    )
    report = await turn(demo, executor, 1)
    assert "none makes it pass" in report.said.blocked
    assert set(pygit2.Repository(demo.repo).status()) == {"invoice/discount.py"}


async def test_without_tests_the_agent_is_blocked(
    demo: Demonstration, executor: LocalExecutor, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    report = await turn(replace(demo, repo=tmp_path / "empty"), executor, 1)
    assert report.said == Said(plan=None, blocked="I can only repair what a test shows to be broken.")


def test_the_sample_is_committed_once_and_kept(demo: Demonstration, tmp_path: Path) -> None:
    repository = pygit2.Repository(demo.repo)
    head = repository.head.target
    (demo.repo / "invoice" / "lines.py").write_text("mine\n")
    again = prepare(tmp_path / "state")
    assert (again, repository.head.target, repository.head.shorthand) == (demo, head, "main")
    assert (demo.repo / "invoice" / "lines.py").read_text() == "mine\n"


def test_only_the_sample_is_in_its_repository(demo: Demonstration) -> None:
    index = pygit2.Repository(demo.repo).index
    assert {Path(entry.path).parts[0] for entry in index} == {".gitignore", "README.md", "invoice"}
