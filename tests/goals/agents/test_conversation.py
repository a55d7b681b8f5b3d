"""The conversation, rebuilt from stored steps: every call has its own result, or the sentence that none is known."""

from typing import Any

from goals.agents import conversation
from goals.agents.conversation import NOT_RUN, UNKNOWN
from goals.domain.values import Step
from goals.ports import ToolCall
from tests.given import NOW


def step(kind: str, number: int = 1, turn: int = 1, **body: Any) -> Step:
    return Step(turn, number, kind, body, NOW)


def reply(*ids: str, number: int = 1, turn: int = 1, text: str = "") -> Step:
    made = [{"id": id_, "name": "shell", "arguments": "{}"} for id_ in ids]
    return step("reply", number, turn, text=text, calls=made)


def result(id_: str, text: str, number: int = 1, turn: int = 1) -> Step:
    return step("result", number, turn, id=id_, text=text)


def told(*steps: Step) -> list[tuple[str, Any]]:
    """Role and content of what follows the head."""
    return [(m["role"], m["content"]) for m in conversation.messages("head", steps)[1:]]


def test_it_begins_with_the_head_and_tells_the_steps_in_order() -> None:
    prompt, steer = step("prompt", 0, text="go on"), step("steer", 1, text="mind the docs")
    assert conversation.messages("head", (prompt, reply(text="Yes."), steer)) == (
        {"role": "system", "content": "head"},
        {"role": "user", "content": "go on"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "mind the docs"},
    )


def test_results_come_in_the_order_of_the_calls_whichever_ended_first() -> None:
    steps = (reply("a", "b"), result("b", "second"), result("a", "first"))
    assert told(*steps)[1:] == [("tool", "first"), ("tool", "second")]


def test_a_call_without_a_result_has_an_unknown_outcome() -> None:
    steps = (reply("a", "b"), step("call", id="a"), result("b", "fine"))
    assert told(*steps)[1:] == [("tool", UNKNOWN), ("tool", "fine")]


def test_ids_that_come_again_in_a_later_reply_keep_their_own_results() -> None:
    steps = (
        reply("call_1"), result("call_1", "one"),
        reply("call_1", number=2), result("call_1", "two", 2),
        reply("call_1", turn=2), result("call_1", "three", turn=2),
    )  # fmt: skip
    assert [text for role, text in told(*steps) if role == "tool"] == ["one", "two", "three"]


def test_only_calls_that_were_never_started_are_still_to_be_run() -> None:
    steps = (reply("a", "b", "c"), step("call", id="a"), step("call", id="b"), result("b", "fine"))
    assert conversation.open_calls(steps) == (ToolCall("c", "shell", "{}"),)


def test_a_conversation_without_a_reply_has_no_calls_to_run() -> None:
    assert conversation.open_calls((step("prompt", text="go on"),)) == ()


def test_a_call_that_was_never_begun_is_told_as_not_carried_out_after_its_reply() -> None:
    steps = (reply("a", "b"), step("call", id="b"))
    assert told(*steps)[1:] == [("tool", NOT_RUN), ("tool", UNKNOWN)]
