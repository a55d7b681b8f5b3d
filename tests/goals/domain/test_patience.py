"""How long a look may take: its verifiers' limits, and what is done around them."""

import pytest

from goals.domain import patience
from goals.domain.values import VerifierSpec, Wait, WaitKind
from tests.given import NOW, goal

PLAIN = VerifierSpec("data", {"path": "x.json"})
QUICK = VerifierSpec("http", {"url": "http://x", "timeout": "5s"})
BOTH = VerifierSpec("all", parts=(PLAIN, QUICK))
BOUNDED = VerifierSpec("any", {"timeout": 30}, parts=(PLAIN, QUICK))


@pytest.mark.parametrize(
    ("verifiers", "repo", "seconds"),
    [
        ((PLAIN,), "", 135),
        ((QUICK,), "", 20),
        ((PLAIN, QUICK), "", 140),
        ((BOTH,), "", 140),
        ((BOUNDED,), "", 45),
        ((QUICK,), "/srv/repo", 80),
    ],
)
def test_a_look_may_take_as_long_as_its_verifiers(
    verifiers: tuple[VerifierSpec, ...], repo: str, seconds: float
) -> None:
    of = goal(verifiers=verifiers, repo=repo)
    assert (patience.of_look(of), patience.of_claim(of)) == (seconds, seconds + 15)


def test_what_an_agent_waits_for_is_looked_at_alone() -> None:
    wait = Wait(WaitKind.VERIFIER, "CI is green", NOW, verifier=QUICK)
    assert patience.of_look(goal(verifiers=(PLAIN,), wait=wait)) == 20
