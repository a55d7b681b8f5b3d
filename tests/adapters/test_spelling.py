"""What a goal's text is spelled as is read as exactly that goal."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import grammar, language
from adapters.language import Place, Start
from adapters.spelling import spelled
from goals.domain.contract import Asked

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = datetime(2030, 1, 31, 17, 0, tzinfo=UTC)
PLACES = [Place(), Place(thread=True), Place(thread=True, unfinished=True)]

WORDS = st.text(st.characters(), max_size=30).map(lambda said: grammar.plain(said).strip()).filter(bool)
SAID = st.one_of(
    WORDS, st.sampled_from(["stop", "--replace it", "a\nverify: b", "```\nx\n```", "&lt;b&gt;", "a\u00a0b"])
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
