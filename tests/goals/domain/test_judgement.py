"""Case 15: what a judge may say, and that nothing else ever completes a goal."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.judgement import (
    LONGEST,
    LONGEST_EVIDENCE,
    ConstraintVerdict,
    CriterionVerdict,
    Judgement,
    read,
)

DONE = Judgement((CriterionVerdict(1, True, "exit 0"),), (ConstraintVerdict(1, True, "diff"),), 1.0, True, "")


def met(number: int, verdict: Any = True, evidence: str = "exit 0") -> dict[str, Any]:
    return {"id": number, "met": verdict, "evidence": evidence}


def kept(number: int, verdict: Any = True, evidence: str = "diff") -> dict[str, Any]:
    return {"id": number, "kept": verdict, "evidence": evidence}


def answer(**changes: Any) -> str:
    """A judge's yes to one criterion and one constraint; `...` leaves a key out."""
    said = {"criteria": [met(1)], "constraints": [kept(1)], "score": 1.0, "complete": True, "missing": ""}
    return json.dumps({key: value for key, value in (said | changes).items() if value is not ...})


def test_a_whole_yes_completes() -> None:
    assert read(answer(), 1, 1) == DONE


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "\n ```json {} ```\n", "\n\t{}\n"])
def test_an_answer_in_a_fence_is_read(fence: str) -> None:
    assert read(fence.replace("{}", answer()), 1, 1) == DONE


@pytest.mark.parametrize(
    ("score", "read_as"), [(1.5, 1.0), (-3, 0.0), (0, 0.0), (0.25, 0.25), (10**400, 1.0)]
)
def test_a_score_outside_its_range_is_brought_into_it(score: float, read_as: float) -> None:
    judgement = read(answer(score=score), 1, 1)
    assert judgement is not None and judgement.score == read_as


NOT_PARSED = {
    "empty": "",
    "blank": " \n",
    "prose": "All criteria are met. The goal is complete.",
    "prose around a fence": f"Here is my verdict:\n```json\n{answer()}\n```",
    "prose before an object": f"Sure! {answer()}",
    "two objects": answer() + answer(),
    "two fences": f"```json\n{answer()}\n```\n```json\n{answer()}\n```",
    "a fence in a fence": f"```\n```json\n{answer()}\n```\n```",
    "an open fence": f"```json\n{answer()}",
    "only fences": "``````",
    "a list": f"[{answer()}]",
    "a word": "true",
    "a lone score": '{"score": 1.0}',
    "a lone complete": '{"complete": true}',
    "no criteria": answer(criteria=...),
    "no constraints where there are some": answer(constraints=...),
    "no score": answer(score=...),
    "no complete": answer(complete=...),
    "no missing": answer(missing=...),
    "complete is a text": answer(complete="false"),
    "complete is a number": answer(complete=1),
    "complete is null": answer(complete=None),
    "met is a text": answer(criteria=[met(1, "true")]),
    "met is a number": answer(criteria=[met(1, 1)]),
    "met is null": answer(criteria=[met(1, None)]),
    "kept is a text": answer(constraints=[kept(1, "yes")]),
    "kept under another name": answer(constraints=[met(1)]),
    "an id that is a text": answer(criteria=[met(1) | {"id": "1"}]),
    "an id that is a boolean": answer(criteria=[met(1) | {"id": True}]),
    "an id that is a fraction": answer(criteria=[met(1) | {"id": 1.0}]),
    "evidence that is a list": answer(criteria=[met(1) | {"evidence": ["a"]}]),
    "criteria by number": answer(criteria={"1": True}),
    "criteria as booleans": answer(criteria=[True]),
    "missing as a list": answer(missing=[]),
    "missing is null": answer(missing=None),
    "score is a text": answer(score="1.0"),
    "score is a boolean": answer(score=True),
    "score is NaN": answer(score=math.nan),
    "score is infinite": answer(score=math.inf),
    "score overflows": answer(score=0.5).replace("0.5", "1e999"),
    "NaN where nobody looks": answer(mood=math.nan),
    "a number of 5,000 digits": answer(score=0.5).replace("0.5", "9" * 5_000),
    "a key that is there twice": answer().replace('"complete"', '"complete": false, "complete"'),
    "a verdict that is there twice": answer().replace('"met"', '"met": false, "met"'),
    "single quotes": answer().replace('"', "'"),
    "a comma too many": answer()[:-1] + ",}",
    "a comment": answer()[:-1] + "// done\n}",
    "cut off": answer()[:-1],
    "200 KB": answer(missing="x" * 200_000),
    "over 64 KB in bytes only": answer(mood="…").replace("\\u2026", "…" * 30_000),
    "nested deep": answer(mood=[]).replace("[]", "[" * 30 + "]" * 30),
    "nested deeper than any stack": "[" * 60_000 + "]" * 5_000,
    "objects nested deeper than any stack": '{"criteria":' * 5_000,
}


@pytest.mark.parametrize("said", NOT_PARSED.values(), ids=list(NOT_PARSED))
def test_anything_else_is_not_parsed(said: str) -> None:
    assert read(said, 1, 1) is None


def test_an_answer_of_exactly_the_longest_size_is_read() -> None:
    assert read(answer() + " " * (LONGEST - len(answer())), 1, 1) == DONE


NOT_COMPLETE = {
    "a criterion that is not met": answer(criteria=[met(1), met(2, False)]),
    "a criterion without a verdict": answer(criteria=[met(1)]),
    "no verdicts at all": answer(criteria=[]),
    "a verdict on another number": answer(criteria=[met(1), met(3)]),
    "numbers that begin at nought": answer(criteria=[met(0), met(1)]),
    "two verdicts, the second worse": answer(criteria=[met(1), met(2), met(2, False)]),
    "two verdicts, the first worse": answer(criteria=[met(1, False), met(1), met(2)]),
    "a constraint that is not kept": answer(criteria=[met(1), met(2)], constraints=[kept(1, False)]),
    "a constraint without a verdict": answer(criteria=[met(1), met(2)], constraints=[]),
    "something missing": answer(criteria=[met(1), met(2)], missing="the docs"),
    "complete is false": answer(criteria=[met(1), met(2)], complete=False),
}


@pytest.mark.parametrize("said", NOT_COMPLETE.values(), ids=list(NOT_COMPLETE))
def test_complete_counts_only_when_everything_agrees(said: str) -> None:
    judgement = read(said, 2, 1)
    assert judgement is not None and not judgement.complete


def test_what_has_no_verdict_is_not_met_and_not_kept() -> None:
    judgement = read(answer(criteria=[], constraints=[]), 1, 1)
    assert judgement is not None
    assert (judgement.criteria, judgement.constraints) == (
        (CriterionVerdict(1, False, ""),),
        (ConstraintVerdict(1, False, ""),),
    )


def test_of_two_verdicts_the_worse_counts_with_its_evidence() -> None:
    judgement = read(answer(criteria=[met(1, True, "fine"), met(1, False, "it fails")]), 1, 1)
    assert judgement is not None and judgement.criteria == (CriterionVerdict(1, False, "it fails"),)


def test_a_verdict_on_an_unknown_number_is_ignored() -> None:
    asked = answer(criteria=[met(1), met(7, False), met(-1, False)], constraints=[kept(1), kept(9, False)])
    assert read(asked, 1, 1) == DONE


def test_without_constraints_nobody_has_to_speak_of_them() -> None:
    assert read(answer(constraints=...), 1, 0) == replace(DONE, constraints=())


def test_more_than_was_asked_for_means_nothing() -> None:
    assert read(answer(verdict="no", confidence=0.1), 1, 1) == DONE


def test_nothing_to_judge_is_nothing_proven() -> None:
    judgement = read(answer(), 0, 0)
    assert judgement is not None and not judgement.complete


def test_evidence_is_bounded_and_can_be_stored() -> None:
    judgement = read(answer(criteria=[met(1, True, "a\x00b\ud800c\n" + "x" * 900)]), 1, 1)
    assert judgement is not None
    evidence = judgement.criteria[0].evidence
    assert evidence.startswith("abc\nxx") and evidence.endswith("…") and len(evidence) == LONGEST_EVIDENCE
    assert evidence.encode("utf-8")


# --- fuzzed --------------------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(st.text(max_size=9), deeper)
)
ENTRY = st.fixed_dictionaries(
    {}, optional={"id": st.integers(-1, 4) | SCALARS, "met": SCALARS, "kept": SCALARS, "evidence": SCALARS}
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "criteria": st.lists(ENTRY, max_size=5) | VALUES,
        "constraints": st.lists(ENTRY, max_size=5) | VALUES,
        "score": SCALARS,
        "complete": SCALARS,
        "missing": SCALARS,
    },
)


def holds(judgement: Judgement | None, criteria: int, constraints: int) -> bool:
    """What is true of every judgement, whatever was answered."""
    if judgement is None:
        return True
    whole = (
        all(c.met is True for c in judgement.criteria)
        and all(c.kept is True for c in judgement.constraints)
        and judgement.missing == ""
        and criteria > 0
    )
    return (
        [c.id for c in judgement.criteria] == list(range(1, criteria + 1))
        and [c.id for c in judgement.constraints] == list(range(1, constraints + 1))
        and 0.0 <= judgement.score <= 1.0
        and (whole or not judgement.complete)
    )


@settings(deadline=None)
@given(st.text() | st.text(alphabet='{}[]":,\\`tfn01.eE-jso \n'), st.integers(0, 3), st.integers(0, 3))
def test_no_text_breaks_the_reader(text: str, criteria: int, constraints: int) -> None:
    assert holds(read(text, criteria, constraints), criteria, constraints)


@settings(deadline=None)
@given(ANSWERS | VALUES, st.integers(0, 3), st.integers(0, 3))
def test_no_json_gets_more_than_it_says(said: Any, criteria: int, constraints: int) -> None:
    assert holds(read(json.dumps(said), criteria, constraints), criteria, constraints)


@settings(deadline=None)
@given(st.integers(0, len(answer())), st.integers(0, len(answer())), st.text(max_size=5))
def test_no_damaged_yes_is_another_yes(begin: int, end: int, put: str) -> None:
    damaged = answer()[:begin] + put + answer()[end:]
    assert holds(read(damaged, 1, 1), 1, 1)


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=4), st.lists(st.booleans(), max_size=4), st.booleans())
def test_only_a_yes_to_everything_is_complete(mets: list[bool], keeps: list[bool], complete: bool) -> None:
    said = answer(
        criteria=[met(n, verdict) for n, verdict in enumerate(mets, 1)],
        constraints=[kept(n, verdict) for n, verdict in enumerate(keeps, 1)],
        complete=complete,
    )
    judgement = read(said, len(mets), len(keeps))
    assert judgement is not None and judgement.complete is (all([*mets, *keeps]) and complete)


@pytest.mark.parametrize(
    "said",
    ['"' + '\\"' * 32_000 + "\\", "[" * 65_000, '"' * 65_000, "{" * 65_000, "`" * 65_000, "9" * 65_000],
)
def test_no_answer_takes_long_to_refuse(said: str) -> None:
    began = time.process_time()
    assert read(said, 50, 50) is None
    assert time.process_time() - began < 10
