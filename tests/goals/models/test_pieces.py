"""The pieces of a stream as providers of OpenAI's form really send them, over real litellm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.demo.model import playing
from bot.demo.script import Answer, Request, Tokens, says
from bot.demo.wire import OpenAI
from goals.domain.errors import CutStream, ModelUnavailable
from goals.models.llm import LiteLLM
from goals.ports import ModelCall, ModelReply, ToolCall
from tests.peers.model import provider

CALL = ModelCall("openai/x", ({"role": "user", "content": "Well?"},), (), max_tokens=100, timeout=30)
USAGE = {"prompt_tokens": 20, "completion_tokens": 8, "total_tokens": 28}
END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
COUNTED = {"choices": [], "usage": USAGE}


@dataclass
class Sends(OpenAI):
    """A provider that streams these pieces, whatever it is asked."""

    pieces: list[Any]

    def events(self, request: Request, answer: Answer, tokens: Tokens) -> Iterator[str]:
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "x"}
        for piece in self.pieces:
            whole = piece if piece is None or "error" in piece else head | piece
            yield f"data: {json.dumps(whole, ensure_ascii=False)}\n\n"


async def told(*pieces: dict[str, Any] | None) -> ModelReply:
    async with playing(says(Answer("")), (Sends(list(pieces)),)) as server:
        model = LiteLLM(base_url=server.url)
        try:
            return await model.complete(CALL)
        finally:
            await model.close()


def delta(usage: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    piece: dict[str, Any] = {"choices": [{"index": 0, "delta": said, "finish_reason": None}]}
    return piece | ({"usage": usage} if usage else {})


async def test_a_count_that_comes_with_every_piece_is_counted_once() -> None:
    reply = await told(
        delta({**USAGE, "completion_tokens": 1}, content="All "),
        delta({**USAGE, "completion_tokens": 2}, content="is "),
        delta({**USAGE, "completion_tokens": 3}, content="done."),
        {**END, "usage": USAGE},
    )
    assert reply == ModelReply("All is done.", (), fresh=20, cached=0, output=8)


async def test_a_count_before_the_end_cuts_nothing_off() -> None:
    reply = await told(COUNTED, delta(content="All "), delta(content="is done."), END)
    assert (reply.text, reply.output) == ("All is done.", 8)


@pytest.mark.parametrize(
    "cached",
    [{"prompt_tokens_details": {"cached_tokens": 5}}, {"prompt_cache_hit_tokens": 5}],
    ids=["OpenAI", "DeepSeek"],
)
async def test_what_came_out_of_a_cache_is_known_under_each_of_its_names(cached: dict[str, Any]) -> None:
    reply = await told(delta(content="Done"), END, {"choices": [], "usage": USAGE | cached})
    assert (reply.fresh, reply.cached) == (15, 5)


@pytest.mark.parametrize(
    "text", ["one\u2028two", "one\x0btwo\x85three", "data: [DONE]\n\nno, not yet", "日本"]
)
async def test_a_text_comes_as_it_was_written(text: str) -> None:
    assert (await told(delta(content=text), END, COUNTED)).text == text


async def test_a_count_of_a_part_is_not_that_of_the_whole() -> None:
    part = {"prompt_tokens": 20, "completion_tokens": 1, "total_tokens": 21}
    nothing = dict.fromkeys(USAGE, 0)
    assert (await told(delta(nothing, content="Done"), END, COUNTED)).output == 8
    assert (await told(delta(part, content="All is "), delta(content="done."), END, COUNTED)).output == 8


async def test_an_end_that_is_named_without_a_word_is_none() -> None:
    """Some servers name an empty reason with every piece."""
    first, second = delta(USAGE, content="All is "), delta(USAGE, content="done.")
    for piece in (first, second):
        piece["choices"][0]["finish_reason"] = ""
    assert (await told(first, second, END, COUNTED)).text == "All is done."
    with pytest.raises(CutStream):
        await told(first, second)


async def test_an_answer_that_ends_in_an_error_is_cut() -> None:
    failed = {"choices": [{"index": 0, "delta": {}, "finish_reason": "error"}]}
    with pytest.raises(CutStream, match="could not go on"):
        await told(delta(content="All is"), failed, COUNTED)


async def test_pieces_that_are_none_are_passed_over() -> None:
    assert (await told(delta(content="Done"), None, {"choices": None}, END, COUNTED)).text == "Done"


async def test_contents_in_parts_and_arguments_that_are_read_already_are_understood() -> None:
    parts = [{"type": "thinking", "thinking": []}, {"type": "text", "text": "I look."}]
    call = {"index": 0, "id": "a", "function": {"name": "shell", "arguments": {"command": "ls"}}}
    reply = await told(delta(content=parts), delta(tool_calls=[call]), END, COUNTED)
    assert (reply.text, reply.calls) == ("I look.", (ToolCall("a", "shell", '{"command": "ls"}'),))


async def test_arguments_that_are_announced_by_an_empty_object_are_those_that_follow() -> None:
    parts = [{"index": 0, "id": "a", "function": {"name": "shell", "arguments": {}}}]
    parts += [{"index": 0, "function": {"arguments": part}} for part in ('{"command":', '"ls"}')]
    reply = await told(*(delta(tool_calls=[part]) for part in parts), END, COUNTED)
    assert reply.calls == (ToolCall("a", "shell", '{"command":"ls"}'),)


async def test_an_answer_that_has_ended_stays_one_when_the_time_of_its_call_is_over() -> None:
    """What it cost comes too late."""
    sent = Sends([delta(content="Done"), END, COUNTED])
    async with playing(says(Answer("", chunk_delay=1.0)), (sent,)) as server:
        model = LiteLLM(base_url=server.url)
        await model.warm()
        reply = await model.complete(replace(CALL, timeout=1.6))
        await model.close()
    assert (reply.text, reply.estimated) == ("Done", True)


async def test_an_answer_that_has_ended_stays_one_when_its_connection_is_torn() -> None:
    async with playing(says(Answer("", cut=2)), (Sends([delta(content="Done"), END]),)) as server:
        model = LiteLLM(base_url=server.url)
        reply = await model.complete(CALL)
        await model.close()
    assert (reply.text, reply.estimated) == ("Done", True)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("model_name", ["openai/x", "anthropic/claude-x"])
async def test_one_connection_is_enough_for_one_call_after_the_other(model_name: str, stream: bool) -> None:
    async with provider(says(Answer("Done"))) as server:
        model, seen = LiteLLM(base_url=server.url, api_key=SecretStr("k")), set()
        for _ in range(5):
            await model.complete(replace(CALL, model=model_name, stream=stream))
            seen |= server.connections
        await model.close()
    assert len(seen) == 1


async def test_what_a_model_thought_is_no_part_of_its_answer() -> None:
    reply = await told(delta(reasoning_content="Hm."), delta(reasoning="Hm."), delta(content="Yes"), END)
    assert (reply.text, reply.estimated) == ("Yes", True)


async def test_calls_without_type_or_empty_fields_are_understood() -> None:
    first = {"index": 0, "id": "a", "function": {"name": "shell", "arguments": None}}
    rest = {"index": 0, "function": {"arguments": '{"command": "ls"}'}}
    reply = await told(delta(content=None, tool_calls=[first]), delta(tool_calls=[rest]), END, COUNTED)
    assert reply.calls == (ToolCall("a", "shell", '{"command": "ls"}'),)


async def test_an_error_in_the_middle_of_a_stream_is_said_in_the_providers_words() -> None:
    with pytest.raises(CutStream, match="Too many people ask"):
        await told(delta(content="All is"), {"error": {"message": "Too many people ask.", "code": 503}})


async def test_an_error_instead_of_an_answer_is_no_answer() -> None:
    with pytest.raises(ModelUnavailable, match="Too many people ask"):
        await told({"error": {"message": "Too many people ask.", "code": 503}})


async def test_a_stream_that_ends_without_saying_so_is_cut() -> None:
    with pytest.raises(CutStream):
        await told(delta(content="All is"))
