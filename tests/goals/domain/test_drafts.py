"""What a draft may become, and what of a model's answer gets into it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as given_
from hypothesis import strategies as st

from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.errors import AlreadyDecided, GoalError, NotNow
from tests.given import ANA, BEN, NOW, ORIGIN

WISH = Asked("fix the login", max_turns=5)
WANTED = Draft("k7f3", WISH, ORIGIN, NOW, ANA)
PROPOSED = drafts.proposed(WANTED, replace(WISH, criteria=("green",)))
STARTED, DROPPED = drafts.started(PROPOSED, BEN), drafts.dropped(PROPOSED, BEN)


def outcome(draft: Draft, done: Any) -> str:
    try:
        return str(done(draft).status)
    except GoalError as refused:
        return f"{type(refused).__name__}: {refused}"


def amend(draft: Draft) -> Draft:
    return drafts.amended(draft, BEN, "smaller", WISH, ORIGIN)


def drop(draft: Draft) -> Draft:
    return drafts.dropped(draft, BEN)


def start(draft: Draft) -> Draft:
    drafts.startable(draft, draft.number)
    return drafts.started(draft, BEN)


@pytest.mark.parametrize(
    ("draft", "amended", "dropped", "started"),
    [
        (WANTED, "wanted", "dropped", "NotNow: This draft is being written; answer on the message that shows it."),
        (PROPOSED, "wanted", "dropped", "started"),
        (amend(PROPOSED), "wanted", "dropped", "NotNow: This draft is being written; answer on the message that shows it."),
        (STARTED, *["AlreadyDecided: Already started by @ben."] * 3),
        (DROPPED, *["AlreadyDecided: Already dropped by @ben."] * 3),
    ],
)  # fmt: skip
def test_what_can_be_done_with_a_draft(draft: Draft, amended: str, dropped: str, started: str) -> None:
    assert [outcome(draft, done) for done in (amend, drop, start)] == [amended, dropped, started]


def test_only_the_newest_contract_can_be_started() -> None:
    second = drafts.proposed(amend(PROPOSED), WISH)
    assert drafts.startable(second, 2) == WISH
    with pytest.raises(NotNow, match="changed since"):
        drafts.startable(second, 1)


def test_who_was_faster_is_named_to_whoever_is_late() -> None:
    with pytest.raises(AlreadyDecided, match="Already started by @ben"):
        drafts.startable(STARTED, 1)


def answer(**changes: Any) -> str:
    whole = {"objective": "The login takes less than 1 s", "criteria": ["p99 < 1 s"], "constraints": [],
             "verifiers": ["pytest -q"]}  # fmt: skip
    return json.dumps(whole | changes)


def test_an_answer_is_added_to_what_was_given() -> None:
    own = Asked("fast login", criteria=("green",), verify=("ci", "pytest -q"), max_turns=5)
    assert drafts.read(answer(criteria=["p99 < 1 s", "green", " "]), own) == replace(
        own, objective="The login takes less than 1 s", criteria=("green", "p99 < 1 s")
    )


@pytest.mark.parametrize("fenced", ["```json\n{}\n```", "```\n{}\n```", "  {}\n"])
def test_an_answer_may_stand_alone_in_a_fence(fenced: str) -> None:
    assert drafts.read(fenced.replace("{}", answer()), WISH) is not None


def test_an_answer_brings_no_approval_no_budget_and_no_agent() -> None:
    greedy = answer(auto_approve=True, max_usd=1000, max_turns=999, agent="root", replace=True, priority=100)
    assert drafts.read(greedy, WISH) == drafts.read(answer(), WISH)


@pytest.mark.parametrize(
    "text",
    [
        "", "no", "[]", f"Here it is: {answer()}", answer() + answer(), answer(objective=" "), answer(objective=7),
        answer(objective="x" * 4001), answer(criteria="p99"), answer(criteria=[1]), answer(verifiers=[{"type": "test"}]),
        answer(criteria=["x"] * 20 + [str(n) for n in range(60)]), answer(constraints=["x" * 1001]), '{"objective": "a", "objective": "b"}',
    ],
)  # fmt: skip
def test_anything_else_is_no_answer(text: str) -> None:
    assert drafts.read(text, WISH) is None


@given_(
    st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5).map(json.dumps)
)
def test_no_answer_breaks_the_reader(text: str) -> None:
    drafts.read(text, WISH)
