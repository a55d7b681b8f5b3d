"""Answers are put together right, whatever pieces they come in."""

from collections.abc import Sequence
from typing import Any

import pytest

from goals.domain.errors import ModelUnavailable
from goals.models.draft import Draft, whole
from goals.ports import ToolCall

Piece = dict[str, Any]


def call(index: int | None, call_id: str | None, name: str | None, arguments: str | None) -> Piece:
    return {"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}


def draft(*deltas: Piece, usages: Sequence[Piece | None] = ()) -> Draft:
    drafted = Draft()
    for delta in deltas:
        drafted.add({"choices": [{"delta": delta}]})
    for usage in usages:
        drafted.add({"choices": [], "usage": usage})
    return drafted


def calls(*parts: Piece) -> tuple[ToolCall, ...]:
    return draft(*({"tool_calls": [part]} for part in parts)).reply(1).calls


def usage(prompt: int, cached: int | None, output: int) -> Piece:
    details = None if cached is None else {"cached_tokens": cached}
    return {"prompt_tokens": prompt, "completion_tokens": output, "prompt_tokens_details": details}


def told(**details: int) -> Piece:
    return usage(20, 5, 8) | {"prompt_tokens_details": {"cached_tokens": 5, **details}}


def test_fragments_of_parallel_calls_find_their_call() -> None:
    found = calls(
        call(0, "a", "shell", ""),
        call(1, "b", "read_file", ""),
        call(0, None, None, '{"command":'),
        call(1, None, None, '{"path": "x"}'),
        call(0, None, None, ' "ls"}'),
    )
    assert found == (
        ToolCall("a", "shell", '{"command": "ls"}'),
        ToolCall("b", "read_file", '{"path": "x"}'),
    )


def test_a_provider_that_gives_every_call_the_same_number_is_understood() -> None:
    found = calls(call(0, "a", "shell", "{}"), call(0, "b", "shell", '{"command": "ls"}'))
    assert found == (ToolCall("a", "shell", "{}"), ToolCall("b", "shell", '{"command": "ls"}'))


def test_a_provider_that_repeats_id_and_name_is_understood() -> None:
    found = calls(call(0, "a", "shell", "{"), call(0, "a", "shell", "}"))
    assert found == (ToolCall("a", "shell", "{}"),)


def test_a_call_without_an_id_gets_one() -> None:
    assert calls(call(None, None, "shell", "{}")) == (ToolCall("call_1", "shell", "{}"),)


def test_a_piece_without_content_adds_nothing() -> None:
    drafted = draft({"content": None}, {})
    drafted.add({"choices": []})
    drafted.add({"choices": [{"delta": None}]})
    assert not drafted.begun


@pytest.mark.parametrize(
    ("usages", "counted"),
    [
        ([usage(20, 5, 8)], (15, 5, 8)),
        ([usage(20, None, 8)], (20, 0, 8)),
        ([None, usage(20, 5, 1), None, usage(20, 0, 8)], (15, 5, 8)),
        ([usage(20, 50, 8)], (0, 20, 8)),
    ],
    ids=["cached apart", "no details", "in sum so far", "more cached than asked"],
)
def test_usage_is_counted_once_and_by_class(usages: list[Any], counted: tuple[int, int, int]) -> None:
    reply = draft({"content": "Yes"}, usages=usages).reply(99)
    assert ((reply.fresh, reply.cached, reply.output), reply.estimated) == (counted, False)


@pytest.mark.parametrize(
    ("usages", "written"),
    [
        ([told(cache_creation_tokens=6)], 6),
        ([told(cache_write_tokens=6)], 6),
        ([{"prompt_tokens": 20, "completion_tokens": 8, "cache_creation_input_tokens": 6}], 6),
        ([told(cache_creation_tokens=6), None, told(cache_creation_tokens=0)], 6),
        ([told(cache_creation_tokens=50)], 15),
        ([usage(20, 5, 8)], 0),
        ([], 0),
    ],
    ids=["details", "another name", "no details", "in sum so far", "more than is fresh", "none", "no usage"],
)
def test_what_was_written_to_a_cache_is_told_apart_within_the_fresh_input(
    usages: list[Any], written: int
) -> None:
    assert draft({"content": "Yes"}, usages=usages).reply(99).written == written


@pytest.mark.parametrize("usages", [[], [None], [usage(0, 0, 0)], [{}]])
def test_usage_that_is_not_given_is_estimated_and_never_zero(usages: list[Any]) -> None:
    reply = draft({}, usages=usages).reply(99)
    assert (reply.fresh, reply.cached, reply.output, reply.estimated) == (99, 0, 1, True)


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_what_was_thought_counts_as_output(name: str) -> None:
    assert draft({name: "Hm. " * 100}).output > 50


def test_an_answer_is_complete_when_it_ended_and_was_counted() -> None:
    """Some providers count with every piece, and some send a count before the end."""
    drafted = draft({"content": "Yes"}, usages=[usage(20, None, 1)])
    drafted.add({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    assert (drafted.finished, drafted.complete) == (True, False)
    drafted.add({"usage": usage(20, None, 1)})
    assert drafted.complete


def test_an_answer_without_a_message_cannot_be_used() -> None:
    with pytest.raises(ModelUnavailable):
        whole({"choices": []})
