"""What `all`, `any` and `not` make of three values, as a whole table: broken is never "no"."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain.combining import all_of, any_of, none_of
from goals.domain.values import Checked, Verdict, VerifierKind
from goals.domain.verdicts import HEAD, LONGEST_REASON, TAIL, whole

WORKSPACE, OUTSIDE = VerifierKind.WORKSPACE, VerifierKind.OUTSIDE
WORDS = {True: "12 passed", False: "3 failed", None: "it hung"}

ALL = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, True): False,
    (False, False): False,
    (False, None): False,
    (None, True): None,
    (None, False): False,
    (None, None): None,
}
ANY = {
    (True, True): True,
    (True, False): True,
    (True, None): True,
    (False, True): True,
    (False, False): False,
    (False, None): None,
    (None, True): True,
    (None, False): None,
    (None, None): None,
}


def part(
    met: bool | None, name: str = "a", kind: VerifierKind = WORKSPACE, value: float | None = None
) -> Checked:
    verdict = Verdict(met, WORDS[met], f"{name} printed this", 0, value, fingerprint=f"{name}{met}")
    return Checked(f"test: {name}", kind, verdict, "test")


def parts(*mets: bool | None) -> list[Checked]:
    return [part(met, name) for met, name in zip(mets, "abcdefgh", strict=False)]


@pytest.mark.parametrize("mets", product((True, False, None), repeat=2))
def test_three_values_combine_as_the_tables_say(mets: tuple[bool | None, bool | None]) -> None:
    assert (all_of(parts(*mets)).met, any_of(parts(*mets)).met) == (ALL[mets], ANY[mets])


@pytest.mark.parametrize(("met", "turned"), [(True, False), (False, True), (None, None)])
def test_what_broke_stays_broken_when_it_is_turned_round(met: bool | None, turned: bool | None) -> None:
    assert none_of(parts(met)).met is turned


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (all_of(parts(True, True)), "all 2 are met: test: a: 12 passed; test: b: 12 passed"),
        (all_of(parts(True, False, None)), "1 of 3 is not met: test: b: 3 failed"),
        (all_of(parts(False, False)), "2 of 2 are not met: test: a: 3 failed; test: b: 3 failed"),
        (all_of(parts(True, None)), "cannot be told: test: b: it hung"),
        (any_of(parts(None, False, True)), "met by test: c: 12 passed"),
        (any_of(parts(False, False)), "none of 2 is met: test: a: 3 failed; test: b: 3 failed"),
        (any_of(parts(False, None)), "cannot be told: test: b: it hung"),
        (none_of(parts(True)), "it is met: test: a: 12 passed"),
        (none_of(parts(False)), "it is not met: test: a: 3 failed"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_the_reason_names_the_parts_that_decide(verdict: Verdict, reason: str) -> None:
    assert verdict.reason == reason


def test_the_evidence_is_that_of_the_part_that_decides() -> None:
    assert all_of(parts(True, False)).evidence == "test: b (not met)\nb printed this"


def test_the_number_and_the_exit_code_are_those_of_the_one_part_that_decides() -> None:
    one = any_of([part(False), part(True, "b", value=3.0)])
    two = all_of([part(True, value=1.0), part(True, "b", value=3.0)])
    assert (one.value, one.exit_code, two.value, two.exit_code) == (3.0, 0, None, None)


@pytest.mark.parametrize(
    ("broken", "kind"), [((None, True), WORKSPACE), ((True, None), OUTSIDE), ((None, None), OUTSIDE)]
)
def test_a_break_is_of_the_kind_of_what_broke(
    broken: tuple[bool | None, bool | None], kind: VerifierKind
) -> None:
    found = [part(broken[0], "a", WORKSPACE), part(broken[1], "b", OUTSIDE)]
    assert all_of(found).kind is kind


def test_the_same_finding_of_every_part_is_the_same_finding() -> None:
    assert all_of(parts(True, False)).fingerprint == all_of(parts(True, False)).fingerprint
    assert all_of(parts(True, False)).fingerprint != all_of(parts(False, True)).fingerprint


FOUND = st.lists(
    st.builds(
        Checked,
        st.text(max_size=5_000),
        st.sampled_from([WORKSPACE, OUTSIDE]),
        st.builds(Verdict, st.sampled_from([True, False, None]), st.text(), st.text()),
    ),
    min_size=1,
    max_size=50,
)


@given(FOUND)
def test_however_many_and_long_the_parts_are_the_verdict_is_bounded(found: list[Checked]) -> None:
    for verdict in (all_of(found), any_of(found), none_of(found)):
        assert len(verdict.reason) <= LONGEST_REASON
        assert len(verdict.evidence) <= 50 * (60 + 200) + HEAD + TAIL
        assert whole(verdict).met is verdict.met


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=8))
def test_not_all_is_any_not_and_not_any_is_all_not(mets: list[bool | None]) -> None:
    turned = [none_of([one]).met for one in parts(*mets)]
    assert none_of([part(all_of(parts(*mets)).met)]).met is any_of(parts(*turned)).met
    assert none_of([part(any_of(parts(*mets)).met)]).met is all_of(parts(*turned)).met


def test_a_broken_part_that_says_when_it_can_be_asked_again_says_so_for_all() -> None:
    again = datetime(2026, 11, 21, 12, 40, tzinfo=UTC)
    limited = Checked("ci: main", OUTSIDE, Verdict(None, "asked too often", again=again), "ci")
    assert [of([limited]).again for of in (all_of, any_of, none_of)] == [again] * 3
