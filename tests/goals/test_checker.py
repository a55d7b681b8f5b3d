"""How a goal's verifiers are run: machines first, people last, and nobody for nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from goals.checker import Checker
from goals.domain.values import Approval, ApprovalKind, ApprovalStatus, Check, Goal, VerifierSpec
from goals.plugins import Plugins
from goals.ports import Executor, History, Snapshot
from tests.given import BEN, NOW, goal
from tests.peers.clock import ManualClock

FIRST = VerifierSpec("human", {"prompt": "Is it red?"})
SECOND = VerifierSpec("human", {"prompt": "Is it round?"})


class Answers:
    """The approvals of a goal, and its workspace whose tree is always the same."""

    def __init__(self) -> None:
        self.approvals_: list[Approval] = []

    async def approvals(self, goal_id: str, *, status: ApprovalStatus | None = None) -> list[Approval]:
        return self.approvals_

    async def snapshot(self, goal: Goal, turn: int) -> Snapshot:
        return Snapshot("tree1")


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def check(answers: Answers, tmp_path: Path) -> Callable[..., Any]:
    """Checks a goal after its first turn, with the answers that there are."""
    checker = Checker(
        Plugins(), cast(Executor, None), cast(Any, answers), cast(History, answers), ManualClock(), {}
    )

    async def run(goal: Goal) -> Check:
        return (await checker.check(goal, tmp_path, 1, Snapshot("tree1"))).check

    return run


def answered(check: Check, number: int, status: ApprovalStatus) -> Approval:
    question = check.questions[number]
    return Approval(
        f"g7k2-{number}", "g7k2", ApprovalKind.VERIFIER, question.prompt, question.digest, NOW, status, BEN
    )


async def test_each_person_is_asked_and_all_must_agree(check: Callable[..., Any], answers: Answers) -> None:
    asked = await check(goal(verifiers=(FIRST, SECOND)))
    answers.approvals_ = [answered(asked, n, ApprovalStatus.APPROVED) for n in (0, 1)]
    after = await check(goal(verifiers=(FIRST, SECOND), check=asked))
    assert ([q.prompt for q in asked.questions], asked.met, after.met) == (
        ["Is it red?", "Is it round?"],
        False,
        True,
    )


async def test_after_a_no_nobody_else_is_asked_about_that_tree(
    check: Callable[..., Any], answers: Answers
) -> None:
    asked = await check(goal(verifiers=(FIRST, SECOND)))
    answers.approvals_ = [answered(asked, 0, ApprovalStatus.DENIED)]
    after = await check(goal(verifiers=(FIRST, SECOND), check=asked))
    assert (after.questions, after.met) == ((), False)


async def test_a_no_stands_for_as_long_as_the_tree_does(check: Callable[..., Any], answers: Answers) -> None:
    asked = await check(goal(verifiers=(FIRST,)))
    answers.approvals_ = [answered(asked, 0, ApprovalStatus.DENIED)]
    after = await check(goal(verifiers=(FIRST,), check=asked))
    later = await check(goal(verifiers=(FIRST,), check=after))
    assert (later.questions, later.met) == ((), False)


async def test_a_yes_to_an_older_revision_is_none(check: Callable[..., Any], answers: Answers) -> None:
    asked = await check(goal(verifiers=(FIRST,)))
    answers.approvals_ = [answered(asked, 0, ApprovalStatus.APPROVED)]
    after = await check(replace(goal(verifiers=(FIRST,), check=asked), revision=2))
    assert (len(after.questions), after.met) == (1, False)
