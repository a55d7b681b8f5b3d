"""Calls of models over real litellm, to a provider on loopback (cases 33, 38, 39)."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.demo.model import ScriptedModel
from bot.demo.script import Answer, Call, Refusal, Script, Tokens, says
from goals.domain.errors import (
    ContextTooLong,
    CutStream,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    NoAccess,
    RateLimited,
)
from goals.domain.usage import Price
from goals.models.llm import LiteLLM
from goals.ports import ModelCall, ModelReply, ToolCall
from tests.peers.model import (
    AGAINST_POLICY,
    BAD_KEY,
    BROKEN,
    MALFORMED,
    NO_RIGHT,
    NO_ROOM,
    OVERLOADED,
    TOO_LONG,
    UNKNOWN_MODEL,
    provider,
    rate_limited,
)

ROOT = Path(__file__).resolve().parents[3]
TOOL = {
    "type": "function",
    "function": {
        "name": "shell",
        "description": "Run a command",
        "parameters": {"type": "object", "properties": {"command": {"type": "string"}}},
    },
}
MESSAGES = (
    {"role": "system", "content": "You are the agent that works on goal g7k2 for a team."},
    {"role": "user", "content": "# Turn 3\nMake the tests pass."},
)
CALL = ModelCall("openai/x", MESSAGES, (TOOL,), max_tokens=100, timeout=30)
WHOLE = replace(CALL, stream=False)
CLAUDE = replace(CALL, model="anthropic/claude-x")
WAYS = pytest.mark.parametrize(
    "call",
    [CALL, WHOLE, CLAUDE, replace(CLAUDE, stream=False)],
    ids=["streamed", "whole", "claude", "claude whole"],
)

TALKATIVE = Answer(
    "I look at the tests and at the code. Then I repair it.",
    calls=(Call("shell", {"command": "pytest -q tests/test_lines.py"}), Call("shell", {"command": "ls"})),
)


@asynccontextmanager
async def asking(script: Script, **settings: Any) -> AsyncIterator[tuple[LiteLLM, ScriptedModel]]:
    """A model over a provider that plays a script."""
    async with provider(script) as server:
        model = LiteLLM(base_url=server.url, **settings)
        try:
            yield model, server
        finally:
            await model.close()


async def ask(answer: Answer | Refusal, call: ModelCall, **settings: Any) -> ModelReply:
    async with asking(says(answer), **settings) as (model, _):
        return await model.complete(call)


# --- what comes back ---


@WAYS
async def test_text_and_parallel_tool_calls_come_back_in_order(call: ModelCall) -> None:
    reply = await ask(TALKATIVE, call)
    assert (reply.text, reply.calls) == (
        TALKATIVE.text,
        (
            ToolCall("call_2_0", "shell", '{"command": "pytest -q tests/test_lines.py"}'),
            ToolCall("call_2_1", "shell", '{"command": "ls"}'),
        ),
    )


@WAYS
async def test_cached_input_is_counted_apart_from_fresh(call: ModelCall) -> None:
    """Case 33."""
    reply = await ask(Answer("Done", tokens=Tokens(input=20, cached=5, output=8)), call)
    assert reply == ModelReply("Done", (), fresh=15, cached=5, output=8)


@WAYS
async def test_what_was_written_to_a_cache_is_fresh_and_told_apart(call: ModelCall) -> None:
    reply = await ask(Answer("Done", tokens=Tokens(input=20, cached=5, output=8, written=6)), call)
    assert reply == ModelReply("Done", (), fresh=15, cached=5, output=8, written=6)


@pytest.mark.parametrize("call", [CALL, WHOLE], ids=["streamed", "whole"])
async def test_a_reply_without_usage_is_estimated_and_never_zero(call: ModelCall) -> None:
    """Case 39."""
    reply = await ask(replace(TALKATIVE, usage=False), call)
    assert reply.estimated and reply.fresh >= 20 and reply.output >= 20


@WAYS
async def test_an_empty_answer_is_an_answer(call: ModelCall) -> None:
    reply = await ask(Answer(""), call)
    assert (reply.text, reply.calls, reply.estimated) == ("", (), False)


async def test_arguments_that_are_no_json_come_as_they_are() -> None:
    reply = await ask(Answer(calls=(Call("shell", '{"command": "ls'),)), CALL)
    assert reply.calls == (ToolCall("call_2_0", "shell", '{"command": "ls'),)


async def test_a_conversation_with_results_of_tools_is_sent_on() -> None:
    called = {"id": "c1", "type": "function", "function": {"name": "shell", "arguments": '{"command": "ls"}'}}
    turn = (
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "tool_call_id": "c1", "content": "README.md"},
    )
    async with asking(says("Fine")) as (model, server):
        await model.complete(replace(CALL, messages=MESSAGES + turn))
        assert [m["role"] for m in server.requests[0].messages] == ["system", "user", "assistant", "tool"]


async def test_the_callers_messages_are_left_as_they_were() -> None:
    before = json.dumps(MESSAGES)
    await ask(Answer("Fine"), CLAUDE)
    assert json.dumps(MESSAGES) == before


async def test_the_callers_tools_are_left_as_they_were() -> None:
    """What Gemini does not take is cut out of a copy."""
    tool = copy.deepcopy(TOOL) | {"function": TOOL["function"] | {"strict": True}}
    tool["function"]["parameters"]["additionalProperties"] = False
    before = json.dumps(tool)
    with pytest.raises(ModelRefused):  # the provider here does not speak Gemini's form
        await ask(
            Answer("Fine"),
            replace(CALL, model="gemini/gemini-2.5-pro", tools=(tool,)),
            api_key=SecretStr("k"),
        )
    assert json.dumps(tool) == before


@WAYS
async def test_the_provider_is_told_the_goal_the_tools_the_limit_and_the_key(call: ModelCall) -> None:
    async with asking(says("Fine"), api_key=SecretStr("sk-secret")) as (model, server):
        await model.complete(call)
        (request,) = server.requests
    assert (request.goal, request.turn, request.tools) == ("g7k2", 3, ("shell",))
    assert (request.max_tokens, request.stream, request.key) == (100, call.stream, "sk-secret")


async def test_a_key_never_enters_the_environment() -> None:
    await ask(Answer("Fine"), CALL, api_key=SecretStr("sk-secret"))
    assert "sk-secret" not in os.environ.values()


async def test_many_calls_at_once_all_get_their_own_answer() -> None:
    async with asking(lambda request: Answer(request.last)) as (model, _):
        said = [str(n) for n in range(30)]
        calls = [replace(CALL, messages=({"role": "user", "content": text},)) for text in said]
        replies = await asyncio.gather(*(model.complete(call) for call in calls))
    assert [reply.text for reply in replies] == said


async def test_the_servers_count_and_ours_agree_to_the_token() -> None:
    async with asking(lambda request: Answer("Step " * request.nth, cached=request.nth)) as (model, server):
        replies = [await model.complete(call) for call in (CALL, WHOLE, CLAUDE) for _ in range(5)]
        used = server.tokens(goal="g7k2")
    assert used == Tokens(
        sum(r.fresh + r.cached for r in replies),
        sum(r.cached for r in replies),
        sum(r.output for r in replies),
    )


# --- what a provider is to keep in its cache ---

LOOKS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "shell", "arguments": "{}"}}],
}
SEEN = {"role": "tool", "tool_call_id": "c1", "content": "README.md"}
MARK = {"cache_control": {"type": "ephemeral"}}


def marked(request: Any) -> list[str]:
    """What carries a mark in a call as it arrived: the roles, and where a message has parts those of them."""
    parts = [(m["role"], m["content"]) for m in request.messages]
    return [
        f"{role} {part['type']}"
        for role, content in parts
        for part in (content if isinstance(content, list) else [])
        if part.get("cache_control") == MARK["cache_control"]
    ]


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize(
    ("more", "marks"),
    [
        ((), ["system text", "user text"]),
        ((LOOKS, SEEN), ["system text", "user text", "user tool_result"]),
        ((LOOKS, SEEN, LOOKS, SEEN), ["system text", "user tool_result", "user tool_result"]),
    ],
)
async def test_claude_keeps_the_conversation_up_to_this_call_and_finds_what_it_kept_at_the_last(
    more: tuple[dict[str, Any], ...], marks: list[str], stream: bool
) -> None:
    async with asking(says("Fine")) as (model, server):
        await model.complete(replace(CLAUDE, messages=MESSAGES + more, stream=stream))
        assert marked(server.requests[0]) == marks


async def test_what_claude_was_told_stays_the_same_from_call_to_call_but_for_the_marks() -> None:
    async with asking(says("Fine")) as (model, server):
        for messages in (MESSAGES, (*MESSAGES, LOOKS, SEEN)):
            await model.complete(replace(CLAUDE, messages=messages))
        first, second = (
            json.dumps(r.messages).replace(f", {json.dumps(MARK)[1:-1]}", "") for r in server.requests
        )
    assert second.startswith(first[:-3]) and "cache_control" not in first


async def test_a_call_whose_input_no_other_shares_is_not_written_to_the_cache() -> None:
    async with asking(says("Fine")) as (model, server):
        await model.complete(replace(CLAUDE, tools=()))
        assert marked(server.requests[0]) == []


async def test_other_providers_see_no_marks() -> None:
    async with asking(says("Fine")) as (model, server):
        await model.complete(replace(CALL, messages=(*MESSAGES, LOOKS, SEEN)))
        assert "cache_control" not in json.dumps(server.requests[0].messages)


async def test_claude_behind_openrouter_is_told_in_its_form() -> None:
    async with asking(says("Fine")) as (model, server):
        await model.complete(replace(CALL, model="openrouter/anthropic/claude-x"))
        assert marked(server.requests[0]) == ["system text", "user text"]


# --- what goes wrong ---


@WAYS
@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (TOO_LONG, ContextTooLong),
        (NO_ROOM, ContextTooLong),
        (BAD_KEY, NoAccess),
        (NO_RIGHT, NoAccess),
        (UNKNOWN_MODEL, ModelRefused),
        (AGAINST_POLICY, ModelRefused),
        (MALFORMED, ModelRefused),
        (rate_limited("60"), RateLimited),
        (rate_limited(), RateLimited),
        (BROKEN, ModelUnavailable),
        (OVERLOADED, ModelUnavailable),
    ],
)
async def test_a_refused_call_is_made_once_and_says_what_it_means(
    call: ModelCall, refusal: Refusal, error: type[ModelError]
) -> None:
    async with asking(says(refusal)) as (model, server):
        with pytest.raises(error):
            await model.complete(call)
        assert len(server.requests) == 1


@WAYS
async def test_the_time_to_wait_comes_with_the_error(call: ModelCall) -> None:
    """Case 38."""
    with pytest.raises(RateLimited) as raised:
        await ask(rate_limited("60"), call)
    assert raised.value.seconds == 60


@WAYS
async def test_a_bad_key_names_the_settings_and_never_itself(call: ModelCall) -> None:
    """Case 38."""
    with pytest.raises(NoAccess) as raised:
        await ask(BAD_KEY, call)
    usual = "ANTHROPIC_API_KEY" if call.model == CLAUDE.model else "OPENAI_API_KEY"
    sentence = str(raised.value)
    assert "GOALWARD_MODEL__API_KEY" in sentence and usual in sentence and "sk-" not in sentence


async def test_without_a_key_nobody_is_asked() -> None:
    with pytest.raises(NoAccess, match="GOALWARD_MODEL__API_KEY"):
        await LiteLLM().complete(CALL)


async def test_a_key_for_another_provider_lets_nobody_in() -> None:
    model = LiteLLM(api_key=SecretStr("openai's"), key_for=("openai/gpt-5",))
    with pytest.raises(NoAccess, match="ANTHROPIC_API_KEY"):
        await model.complete(CLAUDE)


@WAYS
async def test_with_an_address_of_the_settings_their_key_goes_there_for_every_model(call: ModelCall) -> None:
    own: dict[str, Any] = {"api_key": SecretStr("ours"), "key_for": ("groq/x",)}
    async with asking(says("Fine"), **own) as (model, server):
        await model.complete(call)
    assert server.requests[0].key == "ours"


async def test_a_model_of_an_unknown_provider_is_refused_with_the_way_to_write_it() -> None:
    with pytest.raises(ModelRefused, match="openai/my-model"):
        await ask(Answer("Fine"), replace(CALL, model="my-model"))


async def test_a_server_that_is_not_there_was_charged_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    model = LiteLLM(base_url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ModelUnavailable) as raised:
        await model.complete(CALL)
    await model.close()
    assert not raised.value.maybe_used


@pytest.mark.parametrize("call", [CALL, CLAUDE], ids=["openai", "claude"])
async def test_a_cut_stream_says_how_much_had_come(call: ModelCall) -> None:
    with pytest.raises(CutStream) as raised:
        await ask(replace(TALKATIVE, cut=5), call)
    assert 5 <= raised.value.output <= 40


@WAYS
async def test_an_answer_that_was_lost_on_its_way_may_have_been_charged(call: ModelCall) -> None:
    with pytest.raises(ModelUnavailable) as raised:
        await ask(replace(TALKATIVE, cut=0), call)
    assert raised.value.maybe_used


@WAYS
async def test_a_call_ends_at_its_timeout_and_may_have_been_charged(call: ModelCall) -> None:
    async with asking(says(Answer(hang=True))) as (model, server):
        await model.warm()
        with pytest.raises(ModelUnavailable) as raised:
            await model.complete(replace(call, timeout=1.0))
        assert raised.value.maybe_used and len(server.requests) == 1


async def test_no_call_takes_longer_than_the_settings_allow() -> None:
    with pytest.raises(ModelUnavailable, match=r"within 0\.3 s"):
        await ask(Answer(hang=True), CALL, timeout=0.3)


async def test_a_stream_that_falls_silent_is_cut() -> None:
    with pytest.raises(CutStream, match=r"for 0\.3 s"):
        await ask(replace(TALKATIVE, chunk_delay=20), CALL, gap=0.3)


async def test_a_slow_first_word_is_waited_for() -> None:
    reply = await ask(Answer("Hm", delay=0.6), CALL, gap=0.3)
    assert reply.text == "Hm"


@WAYS
@pytest.mark.parametrize("answer", [Answer(hang=True), replace(TALKATIVE, delay=60)], ids=["hanging", "slow"])
async def test_cancelling_a_call_ends_its_connection(call: ModelCall, answer: Answer) -> None:
    async with asking(says(answer)) as (model, server):
        task = asyncio.create_task(model.complete(call))
        asked = await server.arrived(1)
        task.cancel()
        async with asyncio.timeout(30):
            await asked.gone.wait()
        assert task.cancelled()


@pytest.mark.parametrize("call", [CALL, CLAUDE], ids=["openai", "claude"])
async def test_cancelling_in_the_middle_of_a_stream_ends_its_connection(call: ModelCall) -> None:
    async with asking(says(replace(TALKATIVE, chunk_delay=60))) as (model, server):
        task = asyncio.create_task(model.complete(call))
        asked = await server.arrived(1)
        await asked.begun.wait()
        task.cancel()
        async with asyncio.timeout(30):
            await asked.gone.wait()


async def test_a_call_after_a_cancelled_one_is_answered() -> None:
    async with asking(says(Answer(hang=True), "Fine")) as (model, server):
        task = asyncio.create_task(model.complete(CALL))
        await server.arrived(1)
        task.cancel()
        assert (await model.complete(CALL)).text == "Fine"


# --- before and beside the calls ---


def test_the_settings_price_comes_before_the_lists() -> None:
    model = LiteLLM(settled={"openai/gpt-5": Price(9, 9, 9), "openai/mine": Price(1, 0.1, 4)})
    found = [model.price(name) for name in ("openai/gpt-5", "openai/mine", "gpt-5", "openai/nobody")]
    assert found == [Price(9, 9, 9), Price(1, 0.1, 4), Price(1.25, 0.125, 10), None]


def test_a_price_of_zero_in_the_settings_is_a_price() -> None:
    free = Price(0, 0, 0)
    assert LiteLLM(settled={"ollama/own": free}).price("ollama/own") == free


async def test_close_leaves_no_connection_open() -> None:
    async with provider(says("Fine")) as server:
        model = LiteLLM(base_url=server.url)
        await model.complete(CALL)
        await model.complete(CLAUDE)
        await model.close()
        async with asyncio.timeout(30):
            await server.deserted()


def run(code: str) -> tuple[str, str]:
    """What a fresh Python says: on stdout and on stderr."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean, cwd=ROOT, check=False
    )
    return done.stdout.strip(), done.stderr.strip()


def test_litellm_is_not_loaded_before_it_is_needed() -> None:
    code = """
import sys
from goals.models.llm import LiteLLM
from goals.ports import ModelCall
model = LiteLLM()
model.price("openai/gpt-5"), model.window("openai/gpt-5")
model.count(ModelCall("openai/gpt-5", ({"role": "user", "content": "Hi"},)))
print(sorted(name for name in sys.modules if name.split(".")[0] in ("litellm", "openai", "aiohttp", "tiktoken")))
"""
    assert run(code) == ("[]", "")


def test_litellm_and_what_its_first_call_needs_are_loaded_in_a_thread() -> None:
    code = """
import asyncio, sys, threading
from bot.demo.script import says
from goals.models.llm import LiteLLM
from goals.ports import ModelCall
from tests.peers.model import provider

class Seen:
    threads = set()
    def find_spec(self, name, path=None, target=None):
        if name == "litellm" or name.startswith("openai.resources"):
            self.threads.add(threading.current_thread() is threading.main_thread())

sys.meta_path.insert(0, Seen())

async def main():
    async with provider(says("Fine")) as server:
        model = LiteLLM(base_url=server.url)
        await model.warm()
        await model.complete(ModelCall("openai/x", ({"role": "user", "content": "Hi"},)))
        await model.close()

asyncio.run(main())
print(Seen.threads)
"""
    assert run(code) == ("{False}", "")


def test_a_call_prints_nothing() -> None:
    code = """
import asyncio
from bot.demo.script import says
from goals.domain.errors import ModelError
from goals.models.llm import LiteLLM
from goals.ports import ModelCall
from tests.peers.model import BROKEN, provider

async def main():
    async with provider(says(BROKEN, "Fine")) as server:
        model = LiteLLM(base_url=server.url)
        for _ in range(2):
            try:
                await model.complete(ModelCall("openai/x", ({"role": "user", "content": "Hi"},)))
            except ModelError:
                pass
        await model.close()

asyncio.run(main())
"""
    assert run(code) == ("", "")


def test_nobody_is_reached_but_the_provider() -> None:
    code = """
import asyncio, sys
from bot.demo.script import says
from goals.models.llm import LiteLLM
from goals.ports import ModelCall
from tests.peers.model import provider

reached = set()
def watch(event, args):
    if event == "socket.connect":
        reached.add(args[1][0])
    if event == "socket.getaddrinfo":
        reached.add(args[0])
sys.addaudithook(watch)

async def main():
    async with provider(says("Fine")) as server:
        model = LiteLLM(base_url=server.url)
        for name in ("openai/gpt-5", "anthropic/claude-sonnet-4-5", "openai/unknown"):
            for stream in (True, False):
                await model.complete(ModelCall(name, ({"role": "user", "content": "Hi"},), stream=stream))
        await model.close()

asyncio.run(main())
print(reached)
"""
    assert run(code) == ("{'127.0.0.1'}", "")


async def test_what_the_library_brings_is_not_looked_through_for_garbage() -> None:
    model = LiteLLM()
    await model.warm()
    await model.close()
    assert gc.isenabled() and gc.get_freeze_count() > 100_000
