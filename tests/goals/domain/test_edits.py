"""What an edit makes of a contract, and the sentence that tells of it."""

from dataclasses import replace

import pytest

from goals.domain.contract import MAX_CRITERION, MAX_ITEMS, MAX_OBJECTIVE
from goals.domain.edits import (
    LONGEST_SENTENCE,
    AddConstraint,
    AddSubgoal,
    Edit,
    NewObjective,
    Remove,
    changed,
)
from goals.domain.errors import BadRequest
from goals.domain.values import Request

BARE = Request("wash up")
FULL = Request("wash up", criteria=("plates", "cups"), constraints=("no noise",), subgoals=("dry them",))


@pytest.mark.parametrize(
    ("before", "edit", "after", "what"),
    [
        (
            BARE,
            NewObjective(" wash the car "),
            replace(BARE, objective="wash the car"),
            "The objective was changed. It is now: wash the car",
        ),
        (BARE, AddSubgoal("dry"), replace(BARE, subgoals=("dry",)), "Criterion 2 was added: dry"),
        (
            FULL,
            AddSubgoal("put away"),
            replace(FULL, subgoals=("dry them", "put away")),
            "Criterion 4 was added: put away",
        ),
        (
            FULL,
            AddConstraint("cold water"),
            replace(FULL, constraints=("no noise", "cold water")),
            "Constraint 2 was added: cold water",
        ),
        (FULL, Remove(3), replace(FULL, subgoals=()), "Criterion 3 was removed: dry them"),
        (
            FULL,
            Remove(1),
            replace(FULL, criteria=("cups",)),
            "Criterion 1 was removed: plates\nThe ones behind it moved up by one.",
        ),
        (
            replace(BARE, subgoals=("dry", "put away")),
            Remove(2),
            replace(BARE, subgoals=("put away",)),
            "Criterion 2 was removed: dry\nThe ones behind it moved up by one.",
        ),
        (
            replace(FULL, criteria=("plates",)),
            Remove(1),
            replace(FULL, criteria=()),
            "Criterion 1 was removed: plates\nCriterion 1 is now the objective itself.",
        ),
    ],
)
def test_an_edit_makes_a_contract_and_a_sentence(
    before: Request, edit: Edit, after: Request, what: str
) -> None:
    assert changed(before, edit) == (after, what)


@pytest.mark.parametrize(
    ("before", "edit", "why"),
    [
        (BARE, Remove(1), "Criterion 1 is the objective itself"),
        (BARE, Remove(2), "There is no criterion 2: there is only criterion 1."),
        (FULL, Remove(0), "There is no criterion 0: the criteria are 1 to 3."),
        (FULL, Remove(4), "There is no criterion 4: the criteria are 1 to 3."),
        (BARE, NewObjective("x" * (MAX_OBJECTIVE + 1)), "The objective has 4,001 characters"),
        (BARE, AddSubgoal("x" * (MAX_CRITERION + 1)), "One of the criteria has 1,001 characters"),
        (BARE, AddConstraint("x" * (MAX_CRITERION + 1)), "One of the constraints has 1,001 characters"),
        (replace(FULL, subgoals=("x",) * (MAX_ITEMS - 2)), AddSubgoal("y"), "There are 51 criteria"),
        (BARE, AddSubgoal("  "), "There is no text"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(before: Request, edit: Edit, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        changed(before, edit)


def test_the_sentence_of_a_long_edit_is_cut_and_its_contract_is_not() -> None:
    after, what = changed(BARE, NewObjective("x" * MAX_OBJECTIVE))
    assert (len(after.objective), len(what)) == (MAX_OBJECTIVE, LONGEST_SENTENCE)
