"""Drafts written by a model: it proposes a contract, and can do nothing else; what it costs counts for the goal."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.script import Answer, Refusal, Request, Script, says, text_of
from goals.domain.usage import Purpose, Reservation
from tests.minds.conftest import calls, word
from tests.peers.house import House

CONTRACT = {
    "objective": "hello.txt says hello",
    "criteria": ["hello.txt exists"],
    "constraints": ["no other file is touched"],
    "verifiers": ["grep -q hello hello.txt"],
}
WRITES = calls(("write_file", {"path": "hello.txt", "content": "hello\n"}))
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": "it says hello"}]}))


def contract(**changes: Any) -> str:
    return json.dumps(CONTRACT | changes)


def drafts(*answers: Answer | Refusal | str) -> Script:
    """The judge's model: these drafts in order, and "met" to every question about a goal."""
    left = list(answers)

    def script(request: Request) -> Answer | Refusal:
        if not is_draft(request):
            return Answer(word(True, kept=(True,)))
        answer = left.pop(0) if len(left) > 1 else left[0]
        return Answer(answer) if isinstance(answer, str) else answer

    return script


def is_draft(request: Request) -> bool:
    return "You write contracts" in text_of(request.messages[0])


async def draft(house: House, thread: str, *, saying: str = "") -> dict[str, Any]:
    return await house.shown(
        thread, lambda m: saying in m["text"] and any(b["action"] == "start" for b in m.get("buttons", ()))
    )


async def test_a_model_writes_the_contract_and_its_price_counts_for_the_goal(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(WRITES, DONE), drafts(contract())) as (house, model):
        thread = await house.say("demo", "/goal draft --agent builtin --auto-approve say hello in a file")
        shown = await draft(house, thread)
        told = [part for part in (*CONTRACT["criteria"], *CONTRACT["verifiers"]) if part in shown["text"]]
        assert (len(told), await house.goals()) == (2, [])
        await house.react(shown, "✅")
        goal = await house.stands(thread, "completed")
    asked = next(request for request in model.requests if is_draft(request))
    assert (goal["label"], goal["objective"], [row["constraint"] for row in goal["constraints"]]) == (
        "proven", CONTRACT["objective"], CONTRACT["constraints"],
    )  # fmt: skip
    used = goal["usage_by_purpose"]
    assert sum(row["usd"] for row in used.values()) == pytest.approx(goal["usd"]) and used["draft"]["usd"] > 0
    assert "say hello in a file" in asked.last and asked.max_tokens == 1_500


async def test_a_reply_has_it_written_anew_from_what_was_proposed_and_said(
    minded: Callable[..., Any],
) -> None:
    second = contract(objective="hello.txt says good morning")
    async with minded(says("ok"), drafts(contract(), second)) as (house, model):
        thread = await house.say("demo", "/goal draft say hello")
        await draft(house, thread)
        await house.reply(thread, "in the morning <b>please</b>", user="ben")
        await draft(house, thread, saying="good morning")
    asked = model.requests[-1].last
    wanted = ("hello.txt says hello", "@ben: in the morning &lt;b&gt;please&lt;/b&gt;")
    assert [part for part in wanted if part not in asked] == []


async def test_what_cannot_be_read_is_asked_for_three_times_then_ones_own_words_stand(
    minded: Callable[..., Any],
) -> None:
    impossible = contract(verifiers=['{"type": "nope"}'])
    async with minded(says("ok"), drafts("Gladly!", impossible, contract(objective=""))) as (house, model):
        thread = await house.say("demo", "/goal draft say hello")
        shown = await draft(house, thread)
    said = "The model's answer could not be read 3 times in a row. So these are your own words."
    assert (said in shown["text"], "say hello" in shown["text"], len(model.requests)) == (True, True, 3)


async def test_a_provider_that_refuses_leaves_ones_own_words_with_the_reason(
    minded: Callable[..., Any],
) -> None:
    async with minded(says("ok"), drafts(Refusal(401, "Incorrect API key", "invalid_api_key"))) as (house, _):
        thread = await house.say("demo", "/goal draft say hello")
        shown = await draft(house, thread)
    assert "The model could not be asked: " in shown["text"] and "your own words" in shown["text"]


async def test_while_a_model_writes_the_thread_goes_on_and_a_no_counts(minded: Callable[..., Any]) -> None:
    async with minded(says("ok"), drafts(Answer(hang=True))) as (house, model):
        thread = await house.say("demo", "/goal draft say hello")
        await model.arrived(1)
        assert await house.reply(thread, "/goal queue") == [
            "The queue is empty: no goal waits for a slot here."
        ]
        await house.reply(thread, "/goal deny")
        (wanted,) = [await house.core.store.drafts.of_thread(f"local:demo:{thread}")]
    assert wanted is None


async def test_a_draft_that_a_kill_left_wanted_is_written_and_what_it_used_is_booked(
    minded: Callable[..., Any],
) -> None:
    async with minded(says("ok"), drafts(Answer(hang=True), contract())) as (house, model):
        thread = await house.say("demo", "/goal draft say hello")
        await model.arrived(1)
        (wanted,) = await house.core.store.drafts.wanted()
        left = Reservation("r1", wanted.id, "openai/judge-model", Purpose.DRAFT, 500, 0.5, wanted.at)
        await house.core.store.ledger.reserve(left)
        await house.restart()
        await draft(house, thread, saying="hello.txt says hello")
        used = await house.core.store.ledger.totals(wanted.id)
    assert (used.reserved_tokens, used.reserved_usd, used.usd > 0.5) == (0, 0.0, True)


async def test_a_goal_that_an_agent_proposes_is_a_draft_in_a_thread_of_its_own(
    minded: Callable[..., Any],
) -> None:
    proposes = calls(
        ("propose_goal", {"objective": "tidy up", "criteria": ["no dead code"], "verifiers": ["make lint"]})
    )
    async with minded(says(proposes, WRITES, DONE)) as (house, _):
        thread = await house.say(
            "demo", '/goal --agent builtin --auto-approve --verify "grep -q hello hello.txt" say hello'
        )
        goal = await house.stands(thread, "completed")
        own = await opened_by_the_bot(house)
        shown = await draft(house, own)
        told = (
            f"The agent of goal {goal['id']} proposes this",
            "1. no dead code",
            "make lint",
            "Make this a goal?",
        )
        assert [part for part in told if part not in shown["text"]] == []
        assert ("auto_approve" in shown["text"], len(await house.goals())) == (False, 1)
        await house.react(shown, "✅", user="ben")
        started = (await house.goals())[-1]
        assert (started["owner"], started["objective"], started["budgets"]) == (
            "ben",
            "tidy up",
            {"max_turns": 20},
        )


async def opened_by_the_bot(house: House) -> str:
    """The thread that the bot has opened in the channel, once there is one."""

    async def thread() -> str:
        found = (await house.http.get("/api/channels/demo/messages")).raise_for_status().json()["messages"]
        return next((m["thread"] for m in found if m["bot"] and m["thread"] == m["id"]), "")

    own = str(await house.until(thread))
    house.know(own, "demo")
    await house.settled()
    return own
