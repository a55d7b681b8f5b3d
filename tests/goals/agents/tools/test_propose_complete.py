"""The agent proposes that it is done, with evidence; somebody else decides."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goals.agents.tools import Toolbox, ToolResult
from goals.domain.findings import Claim, Said
from goals.ports import ToolCall

Use = Callable[..., Awaitable[ToolResult]]


@pytest.fixture
def propose(box: Callable[..., Toolbox]) -> Callable[[str], Awaitable[ToolResult]]:
    tools = box(criteria=("all pass", "none is skipped"))
    return lambda arguments: tools.run(ToolCall("c1", "propose_complete", arguments))


async def test_evidence_for_every_criterion_is_a_proposal(propose: Callable[[str], Any]) -> None:
    result = await propose(
        '{"evidence": [{"criterion": 1, "evidence": "9 passed"}, {"criterion": 2, "evidence": "0 skipped"}]}'
    )
    assert result == ToolResult(
        "Your proposal is noted; it is checked when this turn ends.",
        said=Said(complete=True, claims=(Claim("1", "9 passed"), Claim("2", "0 skipped"))),
    )


async def test_a_criterion_without_evidence_is_named(propose: Callable[[str], Any]) -> None:
    result = await propose('{"evidence": [{"criterion": 2, "evidence": "0 skipped"}]}')
    assert result.text.endswith("You gave no evidence for criterion 1.")
    assert result.said.complete
    assert (await propose('{"evidence": []}')).text.endswith("You gave no evidence for criteria 1, 2.")


@pytest.mark.parametrize("criterion", ['"2"', '"#2"', '"Criterion 2:"', '"none is skipped"', "2"])
async def test_a_criterion_is_known_by_number_or_words(propose: Callable[[str], Any], criterion: str) -> None:
    result = await propose(f'{{"evidence": [{{"criterion": {criterion}, "evidence": "0 skipped"}}]}}')
    assert result.said.claims == (Claim("2", "0 skipped"),)


@pytest.mark.parametrize(
    "evidence", ["all done", [{"criterion": 1}], [{"criterion": 1, "evidence": " "}], [7]]
)
async def test_a_proposal_without_evidence_is_none(use: Use, evidence: object) -> None:
    result = await use("propose_complete", evidence=evidence)
    assert (result.failed, result.said) == (True, None)


async def test_what_was_said_can_be_stored_and_read_again(propose: Callable[[str], Any]) -> None:
    result = await propose('{"evidence": [{"criterion": 1, "evidence": "9 passed"}]}')
    assert ToolResult.said_from(result.said_plain()) == result.said
