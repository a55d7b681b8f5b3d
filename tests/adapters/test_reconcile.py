"""Of what was given while nobody listened, a denial beats every approval, and nobody votes twice."""

from dataclasses import replace

import pytest

from adapters.reconcile import counted
from goals.domain.values import Person
from tests.given import ANA, BEN, asked

EVE = Person("eve", "eve")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], []),
        ([(ANA, "🎉"), (BEN, "🛑")], []),
        ([(ANA, "👍🏽")], [(ANA, "👍🏽")]),
        ([(ANA, "✅"), (BEN, "✅")], [(ANA, "✅")]),
        ([(ANA, "✅"), (BEN, "❌")], [(BEN, "❌")]),
        ([(ANA, "✅"), (ANA, "👍")], [(ANA, "👍")]),
        ([(ANA, "👎"), (BEN, "❌")], [(ANA, "👎")]),
    ],
)
def test_which_reactions_decide(given: list[tuple[Person, str]], found: list[tuple[Person, str]]) -> None:
    assert list(counted(asked(), given)) == found


def test_as_many_approvals_count_as_are_still_needed() -> None:
    one_of_two = replace(asked(), needed=3, votes=(ANA,))
    given = [(ANA, "✅"), (BEN, "✅"), (EVE, "✅"), (Person("joe"), "✅")]
    assert list(counted(one_of_two, given)) == [(BEN, "✅"), (EVE, "✅")]
