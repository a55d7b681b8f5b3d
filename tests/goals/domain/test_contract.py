from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from goals.domain.contract import MAX_OBJECTIVE, Asked, Defaults, request, runs_tests, verifier
from goals.domain.errors import BadRequest
from goals.domain.values import Budget, Request, VerifierSpec

PRESET = VerifierSpec("test", {"command": "pytest -q", "timeout": 30.0}, "unit-tests")
DEFAULTS = Defaults(agents=("builtin", "fixer"), presets={"unit-tests": PRESET})
KNOWN = ("command", "test", "data", "human")


def spec_of(given: str | dict[str, Any]) -> VerifierSpec:
    return verifier(given, DEFAULTS, KNOWN)


def refusal_of(given: str | dict[str, Any]) -> str:
    with pytest.raises(BadRequest) as error:
        spec_of(given)
    return str(error.value)


def test_what_was_not_asked_for_comes_from_the_defaults() -> None:
    defaults = replace(
        DEFAULTS, agent="fixer", max_turns=7, no_progress_limit=4, checkpoint_turns=9, repo="demo"
    )
    assert request(Asked(" fix it "), defaults, KNOWN) == Request(
        objective="fix it",
        agent="fixer",
        budget=Budget(turns=7),
        no_progress_limit=4,
        checkpoint_turns=9,
        repo="demo",
    )


def test_what_was_asked_for_beats_the_defaults() -> None:
    deadline = datetime(2030, 1, 1, tzinfo=UTC)
    asked = Asked(
        "fix it",
        criteria=("a",),
        constraints=("b",),
        max_turns=3,
        max_seconds=60.0,
        max_tokens=500,
        max_usd=2.0,
        agent="fixer",
        repo="other",
        branch="next",
        priority=2,
        auto_approve=True,
        verbose=True,
        no_progress_limit=1,
        deadline=deadline,
    )
    assert request(asked, DEFAULTS, KNOWN) == Request(
        objective="fix it",
        criteria=("a",),
        constraints=("b",),
        budget=Budget(3, 60.0, 500, 2.0),
        agent="fixer",
        repo="other",
        branch="next",
        priority=2,
        auto_approve=True,
        verbose=True,
        no_progress_limit=1,
        deadline=deadline,
    )


def test_an_unknown_agent_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadRequest) as error:
        request(Asked("x", agent="fixr"), DEFAULTS, KNOWN)
    assert str(error.value) == "There is no agent “fixr”. Did you mean `fixer`?"


@pytest.mark.parametrize("given", ['{"type": "llm"}', {"preset": "judged"}])
def test_the_judge_as_a_verifier_is_the_one_that_is_asked_anyway(given: str | dict[str, Any]) -> None:
    defaults = replace(DEFAULTS, judged=True, presets={"judged": VerifierSpec("llm")})
    wanted = request(Asked("fix it", verify=("make test", given)), defaults, KNOWN)
    assert [spec.settings["command"] for spec in wanted.verifiers] == ["make test"]


@pytest.mark.parametrize(
    ("given", "judged", "sentence"),
    [
        (
            {"type": "llm"},
            False,
            "There is no judge: name its model in `[model] judge`, or leave out the `llm`",
        ),
        ({"type": "llm", "model": "x"}, True, "A `llm` verifier has no settings"),
        (
            {"type": "any", "of": ["tests", {"type": "llm"}]},
            True,
            "`llm` stands beside other verifiers, not inside",
        ),
    ],
    ids=["no judge", "settings", "inside"],
)
def test_a_judge_that_is_not_there_or_not_asked_as_a_whole_is_refused(
    given: dict[str, Any], judged: bool, sentence: str
) -> None:
    defaults = replace(
        DEFAULTS, judged=judged, presets={"tests": VerifierSpec("test", {"command": "pytest"})}
    )
    with pytest.raises(BadRequest) as error:
        request(Asked("fix it", verify=(given,)), defaults, (*KNOWN, "any"))
    assert sentence in str(error.value)


@pytest.mark.parametrize("objective", ["", "  \n "])
def test_a_blank_objective_is_refused(objective: str) -> None:
    with pytest.raises(BadRequest, match=r"The objective is blank \(0 characters\)"):
        Asked(objective)


def test_an_objective_has_at_most_4000_characters() -> None:
    Asked("x" * MAX_OBJECTIVE)
    with pytest.raises(BadRequest, match="The objective has 4,001 characters; at most 4,000 are allowed"):
        Asked("x" * (MAX_OBJECTIVE + 1))


def test_the_lists_of_a_contract_are_bounded() -> None:
    with pytest.raises(BadRequest, match="There are 51 criteria"):
        Asked("x", criteria=("c",) * 51)
    with pytest.raises(BadRequest, match="There are 51 verifiers"):
        Asked("x", verify=("true",) * 51)
    with pytest.raises(BadRequest, match="One of the constraints has 1,001 characters"):
        Asked("x", constraints=("c" * 1001,))


@pytest.mark.parametrize(
    "command",
    [
        "pytest",
        "pytest -q && true",
        "python -m pytest tests",
        "python3.11 -m unittest",
        ".venv/bin/pytest -x",
        "CI=1 pytest",
        "uv run pytest",
        "npx vitest run",
        "jest --ci",
        "go test ./...",
        "cargo test",
    ],
)
def test_a_known_runner_is_a_test(command: str) -> None:
    assert runs_tests(command)


@pytest.mark.parametrize(
    "command",
    [
        "make test",
        "npm test",
        "pytest-watch",
        "echo pytest",
        "python check.py",
        "go build",
        "./x.sh",
        "jester",
    ],
)
def test_any_other_command_is_a_command(command: str) -> None:
    assert not runs_tests(command)


@pytest.mark.parametrize(
    ("given", "spec"),
    [
        ("unit-tests", PRESET),
        ({"preset": "unit-tests"}, PRESET),
        ("pytest -q", VerifierSpec("test", {"command": "pytest -q", "timeout": 120.0})),
        (" ./x.sh ", VerifierSpec("command", {"command": "./x.sh", "timeout": 120.0})),
        ('{"type": "human", "prompt": "ok?"}', VerifierSpec("human", {"prompt": "ok?"})),
        (
            {"type": "command", "argv": ["true"], "timeout": "2m"},
            VerifierSpec("command", {"argv": ["true"], "timeout": 120.0}),
        ),
    ],
)
def test_a_verifier_is_a_preset_json_or_a_command(given: str | dict[str, Any], spec: VerifierSpec) -> None:
    assert spec_of(given) == spec


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"type": "tset"}, "There is no verifier type “tset”. Did you mean `test`?"),
        (
            {"command": "true"},
            "A verifier needs its `type` as a text. There are `command`, `data`, `human` and `test`.",
        ),
        ({"type": 5}, "A verifier needs its `type` as a text. There are `command`, `data`, `human` and `test`."),
        ({"type": "test", "timeout": -1}, "`timeout` wants seconds or a time like `5m`, not “-1”."),
        ("", "The verifier is blank: give a command, a preset's name or JSON."),
        (
            '{"type": "test", "type": "human"}',
            "The verifier “{\"type\": \"test\", \"type\": \"human\"}” is not JSON that can be read:"
            " the key 'type' is there twice.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_verifier_is_refused_with_the_nearest_name(
    given: str | dict[str, Any], sentence: str
) -> None:
    assert refusal_of(given) == sentence


def test_where_a_preset_is_due_a_command_is_refused_with_the_nearest_name() -> None:
    assert refusal_of({"preset": "pytest"}).startswith(
        "There is no verifier preset “pytest”. Did you mean `test`?"
    )


def test_deep_json_is_refused() -> None:
    assert "nested more than 20 deep" in refusal_of('{"type": ' + "[" * 30_000)


def test_verifiers_inside_others_are_whole_specs() -> None:
    given = {"type": "all", "of": ["unit-tests", {"type": "human"}]}
    assert verifier(given, DEFAULTS, (*KNOWN, "all")) == VerifierSpec(
        "all", parts=(PRESET, VerifierSpec("human"))
    )


@pytest.mark.parametrize("of", [[], 5, [5], None])
def test_verifiers_inside_others_have_to_be_verifiers(of: Any) -> None:
    with pytest.raises(BadRequest, match="`of` wants verifiers"):
        verifier({"type": "any", "of": of}, DEFAULTS, (*KNOWN, "any"))
