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
    return [(m["role"], m["content"]) for m in conversation.live(steps).conversation().messages("head")[1:]]


def test_it_begins_with_the_head_and_tells_the_steps_in_order() -> None:
    prompt, steer = step("prompt", 0, text="go on"), step("steer", 1, text="mind the docs")
    steps = (prompt, reply(text="Yes."), steer)
    assert conversation.live(steps).conversation().messages("head") == (
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


def summary(kept: int, turn: int = 1) -> Step:
    return step("summary", turn=turn, text=f"sum {turn}", summary="sum", kept=kept)


def turn_of(number: int) -> tuple[Step, ...]:
    prompt = step("prompt", 0, number, text=f"turn {number}")
    return (prompt, reply("a", turn=number), result("a", f"found {number}", turn=number))


def test_a_summary_takes_the_place_of_all_but_the_steps_that_it_kept() -> None:
    steps = (*turn_of(1), *turn_of(2), *turn_of(3)[:1], summary(4, 3), reply(number=1, turn=3, text="On."))
    assert [text for _, text in told(*steps)] == ["sum 3", "turn 2", None, "found 2", "turn 3", "On."]


def test_what_the_turn_of_a_summary_was_asked_for_is_said_again() -> None:
    steps = (*turn_of(1), reply("b", number=2), result("b", "more", 2), summary(2))
    assert [text for _, text in told(*steps)] == ["sum 1", "turn 1", None, "more"]


def test_a_later_summary_takes_the_place_of_an_earlier_one() -> None:
    steps = (*turn_of(1), *turn_of(2)[:1], summary(1, 2), *turn_of(2)[1:], *turn_of(3)[:1], summary(3, 3))
    assert [text for _, text in told(*steps)] == ["sum 3", None, "found 2", "turn 3"]


def test_a_conversation_that_grows_is_the_one_that_is_rebuilt() -> None:
    steps = (*turn_of(1), *turn_of(2), summary(3, 2), *turn_of(3))
    for cut in range(len(steps)):
        talk = conversation.live(steps[:cut]).conversation()
        for one in steps[cut:]:
            if one.kind != "summary":
                talk.add(one)
        if cut > 6:
            assert talk.messages("head") == conversation.live(steps).conversation().messages("head")


def test_the_providers_count_counts_until_the_conversation_is_another_one() -> None:
    counted = step("reply", text="Yes.", calls=[], input=5_000)
    steps = (*turn_of(1), counted, step("steer", text="go on"))
    before = conversation.live(steps).conversation()
    after = conversation.live((*steps, summary(2))).conversation()
    assert (5_000 < before.size(300) < 5_050, after.size(300) == after.tokens + 300) == (True, True)
