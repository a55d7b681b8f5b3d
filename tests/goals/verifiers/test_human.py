from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from goals.domain.values import Approval, ApprovalKind, ApprovalStatus, Goal, Person, Verdict
from goals.ports import CheckContext
from goals.verifiers.human import HumanSettings, HumanVerifier

Context = Callable[..., CheckContext]
VERIFIER = HumanVerifier(HumanSettings(prompt="Does the page look right?"))


def answer(context: CheckContext, status: ApprovalStatus, **more: Any) -> Approval:
    asked = VERIFIER.question(context, 1)
    known = {"id": "a1", "goal_id": "g7k2", "kind": ApprovalKind.VERIFIER, "subject": asked.prompt}
    now = context.goal.created_at
    return Approval(**{**known, "digest": asked.digest, "asked_at": now, "status": status, **more})


async def test_nothing_is_met_before_somebody_answers(context: Context) -> None:
    ready = context()
    open_one = answer(ready, ApprovalStatus.OPEN)
    assert await VERIFIER.check(replace(ready, answers=(open_one,))) == Verdict(
        False, "nobody has answered yet"
    )


async def test_an_approvers_yes_is_met(context: Context) -> None:
    ready = context()
    yes = answer(ready, ApprovalStatus.APPROVED, by=Person("bo"))
    assert await VERIFIER.check(replace(ready, answers=(yes,))) == Verdict(True, "@bo confirmed it")


async def test_an_approvers_no_is_not_met_with_its_reason(context: Context) -> None:
    ready = context()
    no = answer(ready, ApprovalStatus.DENIED, by=Person("bo"), reason="the logo is cut")
    verdict = await VERIFIER.check(replace(ready, answers=(no,)))
    assert (verdict.met, verdict.reason) == (False, "@bo said no: the logo is cut")


async def test_the_last_answer_counts(context: Context) -> None:
    ready = context()
    no = answer(ready, ApprovalStatus.DENIED)
    yes = answer(ready, ApprovalStatus.APPROVED, asked_at=no.asked_at + timedelta(hours=1))
    assert (await VERIFIER.check(replace(ready, answers=(yes, no)))).met is True


@pytest.mark.parametrize("change", [{"id": "g0"}, {"revision": 2}, {}])
async def test_an_answer_counts_only_for_what_was_shown(
    context: Context, goal: Goal, change: dict[str, Any]
) -> None:
    shown = context()
    yes = answer(shown, ApprovalStatus.APPROVED)
    other = replace(shown, goal=replace(goal, **change), tree="t1" if change else "t2")
    assert (await VERIFIER.check(replace(other, answers=(yes,)))).met is False


async def test_an_approved_plan_is_no_answer(context: Context) -> None:
    ready = context()
    plan = answer(ready, ApprovalStatus.APPROVED, kind=ApprovalKind.PLAN)
    assert (await VERIFIER.check(replace(ready, answers=(plan,)))).met is False


def test_without_a_prompt_the_objective_is_asked_for(context: Context) -> None:
    assert HumanVerifier(HumanSettings()).question(context(), 1).prompt == "Is this done: ship it"
