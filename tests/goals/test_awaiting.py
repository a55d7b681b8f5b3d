"""What an agent may wait for: no more than what a member who is no operator could set, whoever owns its goal."""

from __future__ import annotations

import pytest

from goals.awaiting import Awaiting
from goals.domain.contract import Defaults
from goals.domain.errors import GoalError
from goals.domain.findings import Parks, Said
from goals.domain.rules import ChannelRules
from goals.domain.values import VerifierSpec
from goals.plugins import Plugins
from tests.given import goal

DEPLOYED = VerifierSpec("command", {"command": "./deployed.sh"}, name="deployed")
TESTS = VerifierSpec("test", {"command": "pytest -q", "timeout": 120.0})
ASKED = VerifierSpec("human", {"prompt": "is it right?"})
DATA = VerifierSpec("data", {"path": "report.json", "expr": "data['open'] == 0", "timeout": 9.0})
WORKED_ON = goal(verifiers=(TESTS, ASKED, DEPLOYED))
ANYTHING = ChannelRules(operate=("*",), own=("*",), hosts=("status.example.org",))


def awaiting() -> Awaiting:
    return Awaiting(Plugins(), Defaults(presets={"deployed": DEPLOYED}), lambda channel: ANYTHING)


@pytest.mark.parametrize(
    ("named", "spec"),
    [
        ("deployed", DEPLOYED),
        ("1", TESTS),
        ("pytest -q", TESTS),
        ("test: pytest -q", TESTS),
        ("3", DEPLOYED),
        ('{"type": "ci", "branch": "main"}', VerifierSpec("ci", {"branch": "main"})),
        ('{"type": "ci", "pr": 7, "timeout": "1m"}', VerifierSpec("ci", {"pr": 7, "timeout": 60.0})),
        (
            """{"type": "data", "path": "report.json", "expr": "data['open'] == 0", "timeout": 9}""",
            DATA,
        ),
        (
            '{"type": "http", "url": "https://status.example.org/up"}',
            VerifierSpec("http", {"url": "https://status.example.org/up"}),
        ),
    ],
)
def test_presets_own_verifiers_and_what_a_member_could_set_are_waited_for(
    named: str, spec: VerifierSpec
) -> None:
    assert awaiting().verifier(WORKED_ON, named) == spec


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("deployd", "There is no verifier “deployd” to wait for. Did you mean `deployed`?"),
        ("make all", "There is no verifier “make all” to wait for."),
        ("4", "There is no verifier “4” to wait for."),
        ("2", "A `human` verifier cannot be polled"),
        ('{"type": "human", "prompt": "ok?"}', "A `human` verifier cannot be polled"),
        ('{"type": "command", "command": "make all"}', "a command of one's own"),
        ('{"type": "all", "of": [{"type": "command", "command": "x"}]}', "a command of one's own"),
        ('{"type": "http", "url": "https://elsewhere.example.org/"}', "not among the allowed ones"),
        ('{"type": "http", "url": "http://127.0.0.1:8080/"}', "is a private address"),
        ('{"type": "sql", "database": "x", "query": "select 1"}', ""),
        ('{"type": "data", "path": "../x", "contains": "y"}', "`path`"),
        ('{"type": "cii"}', "There is no verifier type “cii”. Did you mean `ci`?"),
        ('{"type": "ci"}', "it takes either 'pr' or 'branch'"),
        ("{", "is not JSON that can be read"),
    ],
)
def test_everything_else_is_refused_also_where_the_owner_operates(named: str, why: str) -> None:
    with pytest.raises(GoalError) as refused:
        awaiting().verifier(WORKED_ON, named)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("parks", "found"),
    [
        (Parks(named="deployed"), Parks(named="deployed", verifier=DEPLOYED)),
        (Parks("1h", 3600.0), Parks("1h", 3600.0)),
        (
            Parks(named="2"),
            Parks(
                named="2",
                refused="A `human` verifier cannot be polled: while a monitor watches, nobody is asked."
                " Name one that runs, such as a command, `http` or `metric`.",
            ),
        ),
    ],
)
def test_what_an_agent_says_in_words_is_read_or_refused(parks: Parks, found: Parks) -> None:
    assert awaiting().said(WORKED_ON, Said(parks=parks)) == Said(parks=found)


def test_who_waits_for_nothing_says_what_they_said() -> None:
    assert awaiting().said(WORKED_ON, Said(complete=True)) == Said(complete=True)
