"""The agent waits for a time, or asks a person; both end its turn."""

from collections.abc import Awaitable, Callable

import pytest

from goals.agents.tools import ToolResult
from goals.domain.findings import Parks, Said
from goals.domain.values import VerifierSpec

Use = Callable[..., Awaitable[ToolResult]]


async def test_a_time_and_a_reason_are_said(use: Use) -> None:
    result = await use("wait_for", seconds=604_800, why=" the build\nruns ")
    assert (result.failed, result.said) == (False, Said(parks=Parks("604800 s", 604_800.0, "the build runs")))


CI = VerifierSpec("ci", {"branch": "main"}, name="green")


@pytest.mark.parametrize(
    ("arguments", "parks"),
    [
        ({"verifier": "green"}, Parks("", None, "ci", "green", CI)),
        ({"verifier": "green", "seconds": 60}, Parks("60 s", 60.0, "ci", "green", CI)),
        (
            {"verifier": {"type": "ci", "branch": "main"}},
            Parks("", None, "ci", '{"type": "ci", "branch": "main"}', CI),
        ),
    ],
)
async def test_a_verifier_is_said_as_it_is_meant(
    use: Use, arguments: dict[str, object], parks: Parks
) -> None:
    result = await use("wait_for", why="ci", **arguments)
    assert (result.failed, result.said) == (False, Said(parks=parks))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"why": "ci"}, "needs `seconds` or `verifier`"),
        ({"why": "ci", "verifier": "gren"}, "There is no verifier “gren” to wait for."),
        ({"why": "ci", "seconds": 60, "verifier": "gren"}, "There is no verifier “gren” to wait for."),
        ({"why": "ci", "verifier": 7}, "a valid string"),
        ({"why": "ci", "verifier": "x" * 4_001}, "at most 4000 characters"),
        ({"why": "ci", "seconds": 0}, "greater than or equal to 1"),
        ({"why": "ci", "seconds": 604_801}, "less than or equal to 604800"),
        ({"why": "ci", "seconds": "soon"}, "a valid number"),
        ({"seconds": 60}, "needs `why`"),
    ],
)
async def test_what_cannot_be_waited_for_is_refused_and_ends_nothing(
    use: Use, arguments: dict[str, object], why: str
) -> None:
    result = await use("wait_for", **arguments)
    assert (result.failed, result.said, why in result.text) == (True, None, True)


async def test_a_question_is_said(use: Use) -> None:
    assert (await use("ask_person", question=" which\nport? ")).said == Said(question="which port?")
    assert (await use("ask_person", question="  ")).failed


def test_what_was_stored_before_agents_could_wait_is_still_read() -> None:
    old = {"plan": None, "complete": True, "blocked": "", "unachievable": "", "wait": "", "claims": []}
    assert ToolResult.said_from(old) == Said(complete=True)


@pytest.mark.parametrize(
    "said",
    [
        Said(parks=Parks("60 s", 60.0, "ci")),
        Said(parks=Parks("", None, "ci", "green", CI)),
        Said(question="which?"),
    ],
)
def test_what_is_said_is_stored_and_read_as_it_was(said: Said) -> None:
    assert ToolResult.said_from(ToolResult("", said=said).said_plain()) == said
    assert said.ends_turn
