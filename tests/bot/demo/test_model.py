"""The scripted model is as exact as a real provider, and forgets nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from bot.demo.model import ScriptedModel, playing
from bot.demo.script import Answer, Call, Request, Tokens, says
from tests.peers.model import rate_limited


def body(*, goal: str = "g7k2", turn: int = 1, model: str = "x", **more: Any) -> dict[str, Any]:
    messages = [
        {"role": "system", "content": f"You are the agent that works on goal {goal} for a team."},
        {"role": "user", "content": f"# Turn {turn}\nGo on."},
    ]
    return {"model": model, "messages": messages, **more}


async def post(model: ScriptedModel, *bodies: Mapping[str, Any]) -> list[httpx.Response]:
    """Ask one thing after the other over one connection."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return [await client.post(f"{model.url}/chat/completions", json=asked) for asked in bodies]


def text(answer: httpx.Response) -> str:
    return str(answer.json()["choices"][0]["message"]["content"])


async def test_a_script_knows_goal_and_turn_and_how_often_it_was_asked() -> None:
    def script(request: Request) -> Answer:
        return Answer(f"{request.goal} {request.turn} {request.nth}")

    async with playing(script) as model:
        answers = await post(model, body(), body(turn=2), body(goal="b3xx", turn=7), body(turn=2))
    assert [text(answer) for answer in answers] == ["g7k2 1 1", "g7k2 2 2", "b3xx 7 1", "g7k2 2 3"]


async def test_a_goals_id_is_no_other_word() -> None:
    async with playing(lambda request: Answer(request.goal or "none")) as model:
        (answer,) = await post(
            model, {"model": "x", "messages": [{"role": "user", "content": "the goal that"}]}
        )
    assert text(answer) == "none"


async def test_answers_are_given_in_order_for_each_goal_and_the_last_for_ever() -> None:
    async with playing(says("one", "two")) as model:
        answers = await post(model, body(), body(), body(), body(goal="b3xx"))
    assert [text(answer) for answer in answers] == ["one", "two", "two", "one"]


async def test_each_model_plays_its_own_script() -> None:
    async with playing({"agent": says("I work"), "judge": says("I judge")}) as model:
        answers = await post(model, body(model="agent"), body(model="judge"), body(model="other"))
    assert [text(answer) for answer in answers[:2]] == ["I work", "I judge"]
    assert answers[2].status_code == 404


async def test_it_counts_the_same_for_the_same_words() -> None:
    async with playing(says(Answer("12345678", cached=3))) as model:
        whole, streamed = await post(model, body(), body(stream=True))
        counted = model.tokens()
    usage = whole.json()["usage"]
    assert usage["completion_tokens"] == 2
    assert usage == json.loads(streamed.text.split("data: ")[-2])["usage"]
    assert counted == Tokens(2 * usage["prompt_tokens"], 6, 4)


async def test_it_counts_by_goal_and_by_model() -> None:
    async with playing(says(Answer("Yes", tokens=Tokens(10, 2, 1)))) as model:
        await post(model, body(), body(model="y"), body(goal="b3xx"))
        assert model.tokens(goal="g7k2") == Tokens(20, 4, 2)
        assert model.tokens(goal="g7k2", model="y") == Tokens(10, 2, 1)


async def test_what_was_refused_costs_nothing() -> None:
    async with playing(says(rate_limited("60"))) as model:
        (answer,) = await post(model, body())
        assert (answer.status_code, answer.headers["retry-after"], model.tokens()) == (429, "60", Tokens())


async def test_tool_calls_are_streamed_in_fragments_that_mix() -> None:
    calls = (Call("shell", {"command": "pytest -q tests"}), Call("read_file", {"path": "src/lines.py"}))
    async with playing(says(Answer(calls=calls))) as model:
        (answer,) = await post(model, body(stream=True))
    events = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n")[:-2]]
    parts = [c for e in events for choice in e["choices"] for c in choice["delta"].get("tool_calls", ())]
    assert [part["index"] for part in parts] == [0, 1, 0, 1, 0, 1]
    assert "".join(p["function"]["arguments"] for p in parts if p["index"] == 1) == calls[1].text


async def test_a_large_request_that_comes_in_pieces_is_read_whole() -> None:
    async with playing(lambda request: Answer(str(len(request.last)))) as model:
        long = {"model": "x", "messages": [{"role": "user", "content": "x" * 2_000_000}]}
        (answer,) = await post(model, long)
    assert text(answer) == "2000000"
