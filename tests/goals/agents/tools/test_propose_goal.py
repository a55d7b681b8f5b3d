"""An agent may propose other goals, a few at a time, and nothing more than a contract."""

from collections.abc import Awaitable, Callable

import pytest

from goals.agents.tools import ToolResult
from goals.domain.drafts import Proposal
from goals.domain.findings import Said, merged

Use = Callable[..., Awaitable[ToolResult]]


async def test_a_proposal_is_said_and_not_done(use: Use) -> None:
    result = await use(
        "propose_goal", objective=" tidy up ", criteria=["no dead code"], verifiers=["make lint"]
    )
    assert result.said == Said(proposals=(Proposal("tidy up", ("no dead code",), (), ("make lint",)),))
    assert "people see it as a draft and may start it" in result.text


async def test_of_the_goals_proposed_in_a_turn_three_count(use: Use) -> None:
    results = [await use("propose_goal", objective=f"goal {n}") for n in range(4)]
    said = Said()
    for n in range(5):
        said = merged(said, Said(proposals=(Proposal(f"goal {n}"),)))
    assert [result.failed for result in results] == [False, False, False, True]
    assert [proposal.objective for proposal in said.proposals] == ["goal 0", "goal 1", "goal 2"]


@pytest.mark.parametrize("key", ["auto_approve", "max_usd", "max_turns", "replace", "agent", "priority"])
async def test_a_proposal_has_no_approval_no_budget_and_no_agent(use: Use, key: str) -> None:
    result = await use("propose_goal", **{"objective": "tidy up", key: 1})
    assert (result.failed, result.said, "has no argument" in result.text) == (True, None, True)


async def test_what_no_goal_may_be_is_refused_at_once(use: Use) -> None:
    result = await use("propose_goal", objective="x" * 4_001)
    assert (result.failed, result.text) == (
        True,
        "The objective has 4,001 characters; at most 4,000 are allowed.",
    )
