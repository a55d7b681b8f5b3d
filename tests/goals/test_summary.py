"""What was done and what it took, as one value."""

from dataclasses import replace

from goals.audit import Tokens, report
from goals.domain.usage import Totals
from goals.domain.values import FileChange, Spent, Status
from goals.summary import execution_summary
from tests.given import NOW, goal_in, later

DONE = goal_in(
    Status.CANCELLED,
    files=(FileChange("a b.py", 3, 1),),
    spent=Spent(turns=2, seconds=60.0, checks=3),
    started_at=NOW,
    ended_at=later(hours=1),
)
USED = Totals(fresh=10, cached=4, output=6, usd=0.5, by_model={"openai/m": 0.5})


def test_the_summary_says_what_it_took_and_when() -> None:
    done = execution_summary(report(DONE, now=later(hours=2), used=USED))
    assert (done.status, done.label, done.reason, done.active_seconds, done.checks) == (
        "cancelled",
        "cancelled",
        "cancelled",
        60.0,
        3,
    )
    assert (done.turns, done.tokens, done.usd, done.cost_by_model) == (
        2,
        Tokens(10, 4, 6),
        0.5,
        {"openai/m": 0.5},
    )
    assert (done.started_at, done.ended_at, done.elapsed_seconds) == (
        NOW.isoformat(),
        later(hours=1).isoformat(),
        3600.0,
    )


def test_files_are_linked_where_somebody_serves_their_diff() -> None:
    made = report(DONE, now=NOW)
    linked = execution_summary(made, lambda path: f"/diff#{path}")
    assert (linked.diff, linked.links) == ("/diff#", {"a b.py": "/diff#a b.py"})
    assert (execution_summary(made).diff, execution_summary(made).links) == ("", {})


def test_without_a_changed_file_there_is_no_diff() -> None:
    made = report(replace(DONE, files=()), now=NOW)
    assert execution_summary(made, lambda path: "/diff").diff == ""
