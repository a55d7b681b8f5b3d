"""`all`, `any` and `not` over real verifiers: in turn, in time, and never with people or the judge among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from goals.domain.contract import Defaults, verifier
from goals.domain.errors import BadRequest
from goals.domain.values import Checked, VerifierKind, VerifierSpec
from goals.plugins import Plugins
from goals.ports import CheckContext
from goals.verifying import checked
from tests.peers.declared import declared

YES, NO = {"type": "command", "command": "true"}, {"type": "command", "command": "false"}
BROKEN = {"type": "command", "command": "kill -9 $$"}
DATABASE = {"type": "sql", "database": "crm", "query": "SELECT 1", "value": 1}
PRESETS = {"tests": VerifierSpec("command", {"command": "true", "timeout": 120.0}, "tests")}


def made(given: dict[str, Any]) -> VerifierSpec:
    plugins = Plugins(declared)
    return verifier(given, Defaults(presets=PRESETS), plugins.verifier_types())


@pytest.fixture
def check(context: Callable[..., CheckContext]) -> Callable[..., Any]:
    async def of(type_: str, *parts: Any, time_left: float | None = None, **settings: Any) -> Checked:
        spec = made({"type": type_, "of": list(parts), **settings})
        return await checked(Plugins(declared, databases=("crm",)).part(spec), context(time_left=time_left))

    return of


@pytest.mark.parametrize(
    ("type_", "parts", "met"),
    [
        ("all", (YES, YES), True),
        ("all", (YES, NO, BROKEN), False),
        ("all", (YES, BROKEN), None),
        ("any", (BROKEN, NO, YES), True),
        ("any", (BROKEN, NO), None),
        ("any", (NO, NO), False),
        ("not", (NO,), True),
        ("not", (BROKEN,), None),
        ("all", (YES, {"type": "not", "of": {"type": "any", "of": [NO, NO]}}), True),
        ("all", ("tests", YES), True),
    ],
    ids=str,
)
async def test_verifiers_are_combined(
    check: Callable[..., Any], type_: str, parts: tuple[Any, ...], met: bool | None
) -> None:
    assert (await check(type_, *parts)).verdict.met is met


async def test_the_deciding_part_is_named_with_what_it_printed(check: Callable[..., Any]) -> None:
    found = await check("all", YES, {"type": "command", "command": "echo two are red; false"})
    assert (found.how, found.verdict.reason, found.verdict.evidence) == (
        "all: command: true; command: echo two are red; false",
        "1 of 2 is not met: command: echo two are red; false: exit code 1",
        "command: echo two are red; false (not met)\ntwo are red",
    )


async def test_after_the_first_that_is_met_nothing_more_is_run(
    check: Callable[..., Any], context: Callable[..., CheckContext]
) -> None:
    found = await check("any", YES, {"type": "command", "command": "touch /proc/none; kill -9 $$"})
    assert found.verdict.reason == "met by command: true: exit code 0"


async def test_the_agent_is_told_of_what_broke_in_its_workspace_and_nobody_of_what_broke_outside(
    check: Callable[..., Any],
) -> None:
    kinds = [(await check("all", *parts)).kind for parts in ([BROKEN, YES], [YES, DATABASE])]
    assert kinds == [VerifierKind.WORKSPACE, VerifierKind.OUTSIDE]


async def test_parts_have_only_the_time_that_is_left(check: Callable[..., Any]) -> None:
    found = await check("all", {"type": "command", "command": "sleep 600"}, YES, time_left=0.5)
    assert found.verdict.met is None
    assert "no time is left to run: true" in found.verdict.reason


async def test_a_timeout_of_its_own_bounds_all_parts_together(check: Callable[..., Any]) -> None:
    found = await check("all", {"type": "command", "command": "sleep 600"}, YES, timeout=1)
    assert (found.verdict.met, found.verdict.reason) == (
        None,
        "1 s were over before an answer of command: sleep 600",
    )


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ({"type": "all", "of": ["tests", {"type": "data", "path": "a", "contains": "b"}]}, ""),
        ({"type": "all", "of": ["tests", YES]}, "a command"),
        ({"type": "not", "of": {"type": "any", "of": ["tests", DATABASE]}}, "a query"),
    ],
    ids=str,
)
def test_parts_want_the_rights_that_they_want_alone_and_presets_want_none(
    given: dict[str, Any], asks: str
) -> None:
    assert Plugins(declared, databases=("crm",)).reach(made(given)).query == asks


def refusal(given: dict[str, Any]) -> str:
    with pytest.raises(BadRequest) as refused:
        Plugins(declared).verifier(made(given))
    return str(refused.value)


def nested(depth: int) -> dict[str, Any]:
    return {"type": "not", "of": nested(depth - 1)} if depth else YES


REFUSED = [
    (
        {"type": "all", "of": [YES, {"type": "human"}]},
        "An `all` verifier is not whole: a 'human' verifier is asked last, so it stands beside the others.",
    ),
    ({"type": "all"}, "An `all` verifier needs `of`."),
    ({"type": "any", "of": []}, "`of` wants verifiers: presets' names, or objects with a `type`."),
    ({"type": "any", "of": [YES], "off": 1}, "An `any` verifier has no setting “off”. Did you mean `of`?"),
    ({"type": "not", "of": [YES, YES]}, "`not` is of one verifier, and 2 are given."),
    (nested(6), "The verifiers stand more than 5 deep inside each other."),
    ({"type": "all", "of": [YES] * 51}, "`of` has 51 verifiers; at most 50 are allowed."),
    (
        {"type": "all", "of": [{"type": "any", "of": [YES] * 30}, {"type": "any", "of": [YES] * 30}]},
        "There are 60 verifiers inside `all`; at most 50 are allowed.",
    ),
    (
        {"type": "any", "of": [{"type": "comand"}]},
        "There is no verifier type “comand”. Did you mean `command`?",
    ),
    (
        {"type": "any", "of": [{"type": "command", "comand": "true"}]},
        "A `command` verifier has no setting “comand”. Did you mean `command`?",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_cannot_be_combined_is_refused(given: dict[str, Any], sentence: str) -> None:
    assert refusal(given) == sentence


def test_five_deep_is_fine() -> None:
    assert Plugins(declared).verifier(made(nested(5))).kind is VerifierKind.WORKSPACE


def test_a_preset_may_be_made_of_others_and_of_presets_but_not_of_itself() -> None:
    presets = {
        **PRESETS,
        "both": VerifierSpec("all", {"of": ["tests", NO]}, "both"),
        "round": VerifierSpec("not", {"of": "round"}, "round"),
    }
    known = Plugins(declared).verifier_types()
    assert verifier("both", Defaults(presets=presets), known) == VerifierSpec(
        "all", {}, "both", (PRESETS["tests"], VerifierSpec("command", {"command": "false", "timeout": 120.0}))
    )
    with pytest.raises(BadRequest, match="more than 5 deep"):
        verifier("round", Defaults(presets=presets), known)
