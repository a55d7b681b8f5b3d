"""What the checks of a commit say together."""

import pytest

from goals.domain.jobs import Commit, Job, State, verdict

A, B = "a" * 40, "b" * 40
BUILD = Job("build", State.PASSED, "success")
DOCS = Job("docs", State.PASSED, "skipped")
LINT = Job("lint", State.FAILED, "failure")
DEPLOY = Job("deploy", State.PENDING, "queued")

FOUND = [
    ((BUILD,), True, "all 1 check passed on aaaaaaaaaa"),
    ((BUILD, DOCS, DOCS), True, "all 3 checks passed on aaaaaaaaaa (2 skipped)"),
    ((), False, "there is no check on aaaaaaaaaa"),
    ((BUILD, LINT), False, "1 of 2 checks failed: lint (failure) on aaaaaaaaaa"),
    ((BUILD, DEPLOY), False, "1 of 2 checks pending: deploy (queued) on aaaaaaaaaa"),
    (
        (DEPLOY, LINT, BUILD),
        False,
        "1 of 3 checks failed: lint (failure); 1 of 3 checks pending: deploy (queued) on aaaaaaaaaa",
    ),
    (
        (LINT,) * 7,
        False,
        "7 of 7 checks failed: lint (failure), lint (failure), lint (failure), lint (failure), lint (failure)"
        " and 2 more on aaaaaaaaaa",
    ),
]


@pytest.mark.parametrize(("jobs", "met", "reason"), FOUND)
def test_all_checks_must_have_passed_and_who_has_not_is_named(
    jobs: tuple[Job, ...], met: bool, reason: str
) -> None:
    found = verdict(Commit(A, jobs, now=A))
    assert (found.met, found.reason) == (met, reason)


def test_a_push_in_between_is_named_however_green_the_older_commit_is() -> None:
    found = verdict(Commit(A, (BUILD,), now=B))
    assert (found.met, found.reason) == (
        False,
        "a push came in between: bbbbbbbbbb follows aaaaaaaaaa, and has checks of its own",
    )


def test_green_checks_of_which_some_were_missed_prove_nothing() -> None:
    found = verdict(Commit(A, (BUILD,), now=A, whole=False))
    assert (found.met, found.reason) == (False, "the checks on aaaaaaaaaa changed while they were read")


def test_the_evidence_names_the_commit_and_every_check_the_bad_ones_first() -> None:
    assert verdict(Commit(A, (BUILD, DEPLOY, LINT), now=A)).evidence == (
        f"commit {A}\nfailed: lint (failure)\npending: deploy (queued)\npassed: build (success)"
    )


def test_the_value_is_how_many_have_passed() -> None:
    assert verdict(Commit(A, (BUILD, DOCS, LINT), now=A)).value == 2.0
