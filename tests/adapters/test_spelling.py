"""What a goal's text is spelled as is read as exactly that goal."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import grammar, language
from adapters.language import Place, Start
from adapters.spelling import asked_again, spelled
from goals.domain.contract import Asked, Defaults, request
from goals.domain.values import Request, VerifierSpec

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = datetime(2030, 1, 31, 17, 0, tzinfo=UTC)
PLACES = [Place(), Place(thread=True), Place(thread=True, unfinished=True)]

WORDS = st.text(st.characters(), max_size=30).map(lambda said: grammar.plain(said).strip()).filter(bool)
SAID = st.one_of(
    WORDS, st.sampled_from(["stop", "--replace it", "a\nverify: b", "```\nx\n```", "&lt;b&gt;", "a\u00a0b"])
)
HOOKS = st.dictionaries(
    st.sampled_from(["on_achieved", "on_failed", "on_paused"]),
    st.lists(
        st.sampled_from(
            [
                "notify:@ana",
                "webhook:https://example.com/?a=1&b=<2>",
                'goal:--verify "make smoke" --max-turns 3 look, “well”',
                {"type": "pager", "team": "a", "urgent": True},
            ]
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
)
ASKED = st.builds(
    Asked,
    objective=SAID,
    criteria=st.lists(SAID, max_size=3).map(tuple),
    constraints=st.lists(SAID, max_size=2).map(tuple),
    verify=st.lists(st.sampled_from(["pytest -q", "ci", '{"a": 1}']), max_size=2).map(tuple),
    max_turns=st.none() | st.integers(1, 10**6),
    max_seconds=st.none() | st.sampled_from([1.0, 5400.0]),
    max_tokens=st.none() | st.integers(1, 10**9),
    max_usd=st.none() | st.sampled_from([0.5, 5.0]),
    agent=st.just("") | SAID,
    priority=st.none() | st.integers(-100, 100),
    auto_approve=st.booleans(),
    deadline=st.none() | st.just(LATER),
    hooks=HOOKS,
)


@given(ASKED, st.sampled_from(PLACES))
def test_a_spelled_goal_is_read_as_the_same_goal(asked: Asked, place: Place) -> None:
    assert language.parse(spelled(asked), place, NOW) == Start(asked)


@pytest.mark.parametrize("spec", [{"type": "human", "prompt": "Right?"}, {"preset": "unit"}])
def test_verifiers_as_specs_are_kept(spec: dict[str, str]) -> None:
    asked = Asked("fix it", verify=(spec,))
    assert language.parse(spelled(asked), Place(), NOW) == Start(asked)


def test_what_was_not_said_is_left_out() -> None:
    assert spelled(Asked("fix it", criteria=("green",))) == (
        '/goal {\n  "objective": "fix it",\n  "criteria": [\n    "green"\n  ]\n}'
    )


# --- what `show` prints ---

UNIT = VerifierSpec("test", {"command": "pytest -q unit", "timeout": 5.0}, "unit")
DEFAULTS = Defaults(presets={"unit": UNIT}, agents=("builtin", "worker"), repo="https://git.example/r.git")
KNOWN = ("command", "test", "data", "human", "all", "not")
HOOK_TYPES = ("notify", "webhook", "command", "goal", "resume", "pager")
GIVEN = st.sampled_from(
    [
        "unit",
        "ruff check .",
        "pytest -q",
        {"preset": "unit"},
        {"type": "human", "prompt": "Does it look right & <well>?"},
        {"type": "command", "command": "echo '```'", "timeout": "5m"},
        {
            "type": "all",
            "of": ["unit", {"type": "not", "of": {"type": "data", "path": "a", "contains": "b"}}],
        },
    ]
)


CONTRACTS = st.builds(
    Asked,
    objective=SAID,
    criteria=st.lists(SAID, max_size=3).map(tuple),
    subgoals=st.lists(SAID, max_size=2).map(tuple),
    constraints=st.lists(SAID, max_size=2).map(tuple),
    verify=st.lists(GIVEN, max_size=3).map(tuple),
    max_turns=st.none() | st.integers(1, 10**6),
    max_seconds=st.none() | st.sampled_from([0.5, 1.0, 5400.0]),
    max_tokens=st.none() | st.integers(1, 10**9),
    max_usd=st.none() | st.sampled_from([0.5, 5.0]),
    agent=st.sampled_from(["", "worker"]),
    model=st.just("") | SAID,
    judge_model=st.just("") | SAID,
    protect=st.lists(st.sampled_from(["tests/**", "*.lock", "a b/c", "naïve.py"]), max_size=2).map(tuple),
    repo=st.just("") | SAID,
    branch=st.just("") | SAID,
    priority=st.none() | st.integers(-100, 100),
    auto_approve=st.booleans(),
    verbose=st.booleans(),
    checkpoint=st.booleans(),
    fresh_context=st.booleans(),
    no_progress_limit=st.none() | st.integers(1, 99),
    deadline=st.none() | st.just(LATER),
    hooks=HOOKS,
)


@given(CONTRACTS, st.sampled_from(PLACES))
def test_what_show_prints_asks_for_the_same_contract(asked: Asked, place: Place) -> None:
    contract = request(asked, DEFAULTS, KNOWN, HOOK_TYPES)
    read = language.parse(spelled(asked_again(contract)), place, NOW)
    assert isinstance(read, Start)
    assert request(read.asked, DEFAULTS, KNOWN, HOOK_TYPES) == contract


def test_every_part_of_a_contract_that_can_be_asked_for_is_printed() -> None:
    same = {field for field in Request.__dataclass_fields__ if field in Asked.__dataclass_fields__}
    printed = {option.field for option in grammar.OPTIONS} | {"objective"}
    assert same - printed == set()


WATCHES = st.builds(
    Asked,
    objective=SAID,
    verify=st.lists(
        st.sampled_from(["unit", "ruff check .", {"type": "data", "path": "a", "contains": "b"}]), min_size=1, max_size=3
    ).map(tuple),
    repo=st.just("") | SAID,
    branch=st.just("") | SAID,
    deadline=st.none() | st.just(LATER),
    monitor=st.builds(
        lambda when, more: when | more,
        st.sampled_from([{}, {"every": 90.0}, {"cron": "0 9 * * 1", "timezone": "Europe/Berlin"}, {"cron": "0 9 * * 1"}]),
        st.sampled_from([{}, {"trigger": "change", "repeat": True}, {"stall_after": 4, "trigger": "met"}]),
    ),
)  # fmt: skip


@given(WATCHES, st.sampled_from(PLACES))
def test_what_show_prints_of_a_monitor_asks_for_the_same_monitor(asked: Asked, place: Place) -> None:
    contract = request(asked, DEFAULTS, KNOWN, HOOK_TYPES)
    read = language.parse(spelled(asked_again(contract)), place, NOW)
    assert isinstance(read, Start)
    assert request(read.asked, DEFAULTS, KNOWN, HOOK_TYPES) == contract
