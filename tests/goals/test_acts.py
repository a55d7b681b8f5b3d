"""What an agent did, read from its steps: paired, folded, and the failures found."""

from typing import Any

from goals import acts
from goals.acts import OWN_WORD, UNKNOWN, Act
from goals.domain.values import Step
from tests.given import NOW


def call(turn: int, arguments: str = "{}", name: str = "shell", id: str = "c1") -> Step:
    return Step(turn, 1, "call", {"id": id, "name": name, "arguments": arguments}, NOW)


def result(turn: int, text: str, id: str = "c1", **body: Any) -> Step:
    return Step(turn, 1, "result", {"id": id, "text": text, "failed": False, **body}, NOW)


def ran(turn: int, text: str, arguments: str = "{}") -> list[Step]:
    return [call(turn, arguments), result(turn, text)]


def test_calls_of_one_reply_find_their_results_by_id() -> None:
    steps = [call(1, "a", id="x"), call(1, "b", id="y"), result(1, "of b", id="y"), result(1, "of a", id="x")]
    assert acts.read(steps) == [Act(1, "shell a", "done", "of a"), Act(1, "shell b", "done", "of b")]


def test_ids_that_a_provider_uses_again_mean_another_call() -> None:
    steps = [*ran(1, "first", "a"), *ran(1, "second", "b")]
    assert [act.output for act in acts.read(steps)] == ["first", "second"]


def test_a_call_without_a_result_was_interrupted() -> None:
    assert acts.read([call(3, "a")]) == [Act(3, "shell a", UNKNOWN, "")]


def test_the_outcome_of_a_command_is_its_exit_code() -> None:
    steps = [
        *ran(1, "[exit code 0 after 0.3 s]\nfine", "a"),
        *ran(2, "[exit code 2 after 1.0 s]\nbad", "b"),
        *ran(3, "[stopped after 5.0 s: its time was up]\nhalf", "c"),
    ]
    assert [(act.outcome, act.output, act.failed) for act in acts.read(steps)] == [
        ("exit code 0", "fine", False),
        ("exit code 2", "bad", True),
        ("stopped: its time was up", "half", True),
    ]


def test_a_command_agents_output_is_its_own_word() -> None:
    steps = [
        Step(1, 1, "call", {"line": "fixer --all", "cwd": "w"}, NOW),
        Step(1, 1, "result", {"exit_code": 1, "text": "done!", "stopped": ""}, NOW),
    ]
    assert acts.read(steps) == [Act(1, f"{OWN_WORD}: fixer --all", "exit code 1", "done!")]


def test_what_was_done_again_with_the_same_output_is_shown_once() -> None:
    steps = [*ran(1, "12 passed"), *ran(2, "3 failed"), *ran(3, "12 passed"), *ran(4, "12 passed")]
    assert acts.read(steps) == [
        Act(2, "shell {}", "done", "3 failed"),
        Act(4, "shell {}", "done", "12 passed", again=2),
    ]


def test_the_same_output_of_another_call_is_another_act() -> None:
    assert len(acts.read([*ran(1, "ok", "a"), *ran(2, "ok", "b")])) == 2


def test_proposals_are_words_and_no_acts() -> None:
    steps = [
        Step(1, 1, "reply", {"text": "I am done", "calls": []}, NOW),
        call(1, '{"evidence": []}', name="propose_complete"),
        result(1, "noted"),
    ]
    assert acts.read(steps) == []
    assert [acts.words(step) for step in acts.said(steps)] == [
        "I am done",
        'propose_complete {"evidence": []}',
    ]


def test_every_kind_of_failure_is_chosen_before_any_comes_twice() -> None:
    noisy = [Act(n, f"shell {n}", "exit code 1", f"error: {n} warnings") for n in range(100)]
    noisy[3] = Act(3, "shell", "done", "the only test FAILED")
    assert 3 in acts.chosen(noisy, 10)


def test_the_newest_are_chosen_and_some_of_all_times() -> None:
    calm = [Act(n, f"shell {n}", "done", str(n)) for n in range(100)]
    picked = acts.chosen(calm, 10)
    assert {96, 97, 98, 99} <= set(picked) and min(picked) < 20 and len(picked) == 10
