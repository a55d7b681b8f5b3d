"""A conversation that outgrows its model's window: summed up, paid for, and nothing of it lost to the judge."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.script import Answer, Refusal, Request, Script, Tokens, counted, text_of
from tests.minds.conftest import calls, word
from tests.peers.model import AGAINST_POLICY, TOO_LONG, rate_limited

TURNS = 200
WINDOW = 10_000
SUMMARY = "The count stands where it stands."
SUMMED = Answer(SUMMARY, tokens=Tokens(700, 0, 70))
UNMET = """'{"type": "data", "path": "done.txt", "contains": "yes"}'"""
GOAL = f"/goal --agent builtin --auto-approve --no-progress-limit 999 --verify {UNMET}"
WRITES = calls(("write_file", {"path": "long.txt", "content": "A line like all the others.\n" * 160}))
READS = calls(("read_file", {"path": "long.txt"}))
FINISHES = calls(("write_file", {"path": "done.txt", "content": "yes"}))


def sums_up(request: Request) -> bool:
    return "You write down what is worth knowing" in text_of(request.messages[0])


def size(request: Request) -> int:
    """As the server counts."""
    return counted(request, Answer()).input


def work(requests: list[Request]) -> list[Request]:
    """What the agent was asked while it worked."""
    return [request for request in requests if request.tools]


def reads(finish: int, summary: Script = lambda request: SUMMED, hidden: int = 10**9) -> Script:
    """An agent that reads a long file again and again, until it finishes with its call number `finish`.

    `hidden` is the window of its model, whatever the settings say.
    """
    worked: list[Request] = []

    def script(request: Request) -> Answer | Refusal:
        if sums_up(request):
            return summary(request)
        if size(request) > hidden:
            return TOO_LONG
        if request.tools:
            worked.append(request)
        if len(worked) in (1, finish):
            return WRITES if len(worked) == 1 else FINISHES
        return Answer("That is all.") if len(worked) > finish or not request.tools else READS

    return script


@pytest.mark.timeout(280)
async def test_the_prompt_of_turn_200_is_hardly_longer_than_that_before_the_first_compaction(
    minded: Callable[..., Any],
) -> None:
    settings = {"model": {"window": WINDOW}, "defaults": {"checkpoint_turns": 0, "max_steps": 1}}
    async with minded(reads(10**9), None, **settings) as (house, model):
        thread = await house.say("demo", f"{GOAL} --max-turns {TURNS} count on")
        goal = await house.stands(thread, "paused", seconds=200)
    asked = model.requests
    first, *others = (place for place, request in enumerate(asked) if sums_up(request))
    before, last = size(asked[first - 1]), size(work(asked)[-1])
    assert (goal["reason"], goal["turns"], len(others) > 10) == ("budget", TURNS, True)
    assert last <= 1.5 * before and max(map(size, asked)) <= WINDOW
    assert len({text_of(request.messages[0]) for request in work(asked)}) == 1
    assert sum(goal["tokens"].values()) == model.tokens().input + model.tokens().output
    sums = goal["usage_by_purpose"]["compaction"]
    assert (sums["fresh"], sums["output"]) == (700 * len(others) + 700, 70 * len(others) + 70)


async def test_after_a_compaction_plan_findings_and_the_turns_prompt_stand_in_the_conversation(
    minded: Callable[..., Any],
) -> None:
    plan = calls(("update_plan", {"items": [{"text": "read it all", "status": "in_progress"}]}))

    def agent(request: Request) -> Answer | Refusal:
        return plan if request.tools and request.nth == 1 else script(request)

    script = reads(12)
    async with minded(agent, None, model={"window": WINDOW}) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        goal = await house.stands(thread, "completed")
    place = next(n for n, request in enumerate(model.requests) if sums_up(request))
    head, summary, prompt, *kept = model.requests[place + 1].messages
    told = text_of(summary)
    assert all(part in told for part in (SUMMARY, "[>] read it all", "NOT MET: data: done.txt"))
    assert text_of(prompt).startswith("# Turn 1") and kept[0]["role"] == "assistant"
    assert (text_of(head), goal["turns"]) == (text_of(model.requests[0].messages[0]), 1)


@pytest.mark.parametrize("share", [0.4, 0.7])
async def test_the_settings_say_how_much_of_the_window_a_conversation_may_take(
    minded: Callable[..., Any], share: float
) -> None:
    async with minded(reads(30), None, model={"window": WINDOW, "compact_at": share}) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        await house.stands(thread, "completed")
    first = next(place for place, request in enumerate(model.requests) if sums_up(request))
    longest = max(map(size, work(model.requests[:first])))
    assert (share - 0.25) * WINDOW < longest <= share * WINDOW


async def test_the_summary_before_goes_into_the_next_one(minded: Callable[..., Any]) -> None:
    async with minded(reads(30), None, model={"window": WINDOW}) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        await house.stands(thread, "completed")
    first, second, *_ = (text_of(r.messages[1]) for r in model.requests if sums_up(r))
    assert (SUMMARY in first, SUMMARY in second) == (False, True)


async def test_the_judge_sees_what_really_happened_and_not_a_summary_of_it(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Request) -> Answer | Refusal:
        first = calls(("shell", {"command": "echo the-first-sight"}))
        return first if request.tools and request.nth == 1 else script(request)

    script = reads(12)
    seen: list[str] = []

    def judge(request: Request) -> Answer:
        seen.append("\n".join(map(text_of, request.messages)))
        return Answer(word(True))

    async with minded(agent, judge, model={"window": WINDOW}) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        await house.stands(thread, "completed")
    assert any(map(sums_up, model.requests))
    assert ("| the-first-sight" in seen[-1], SUMMARY in seen[-1]) == (True, False)


async def test_a_conversation_that_the_provider_finds_too_long_is_summed_up_and_sent_again(
    minded: Callable[..., Any],
) -> None:
    async with minded(reads(16, hidden=8_000), None) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        goal = await house.stands(thread, "completed")
    place = next(n for n, request in enumerate(model.requests) if sums_up(request))
    refused, again = model.requests[place - 1], model.requests[place + 1]
    assert (size(refused) > 8_000, size(again) <= 6_000, goal["turns"]) == (True, True, 1)
    assert sum(goal["tokens"].values()) == model.tokens().input + model.tokens().output


async def test_what_is_too_long_even_summed_up_pauses_with_what_to_do(minded: Callable[..., Any]) -> None:
    refused = TOO_LONG

    def agent(request: Request) -> Answer | Refusal:
        if sums_up(request):
            return SUMMED
        return READS if request.nth <= 2 else refused

    async with minded(agent, None) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], len(model.requests)) == ("agent", 5)
    assert "`[model] window`" in goal["explanation"]


async def test_what_is_too_long_from_the_start_pauses_without_another_call(
    minded: Callable[..., Any],
) -> None:
    async with minded(lambda request: TOO_LONG, None) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], len(model.requests)) == ("agent", 1)
    assert "`[model] window`" in goal["explanation"]


@pytest.mark.parametrize(
    "summary", [TOO_LONG, AGAINST_POLICY, Answer("  ")], ids=["too long", "refused", "empty"]
)
async def test_where_no_model_sums_up_a_digest_of_the_steps_stands_in(
    minded: Callable[..., Any], summary: Answer | Refusal
) -> None:
    script = reads(12, lambda request: summary)
    async with minded(script, None, model={"window": WINDOW}) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        goal = await house.stands(thread, "completed")
    place = next(n for n, request in enumerate(model.requests) if sums_up(request))
    told = text_of(model.requests[place + 1].messages[1])
    assert ('write_file {"path": "long.txt"' in told, goal["turns"]) == (True, 1)


async def test_a_provider_that_makes_a_summary_wait_is_waited_for(minded: Callable[..., Any]) -> None:
    answers = iter([rate_limited("60"), SUMMED])
    script = reads(14, lambda request: next(answers, SUMMED))
    async with minded(script, None, model={"window": WINDOW}) as (house, model):
        thread = await house.say("demo", f"{GOAL} count on")
        await house.stands(thread, "waiting")
        asked = len(model.requests)
        house.clock.advance(61)
        goal = await house.stands(thread, "completed")
    assert (sums_up(model.requests[asked - 1]), sums_up(model.requests[asked])) == (True, True)
    assert goal["turns"] == 1


async def test_a_summary_that_cannot_be_paid_for_ends_the_turn_at_the_budget(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Request) -> Answer | Refusal:
        if not request.tools:
            return Answer("The last words.")
        return Answer("", READS.calls, tokens=Tokens(6_000 * request.nth, 0, 100))

    async with minded(agent, None, model={"window": WINDOW}) as (house, model):
        thread = await house.say("demo", f"{GOAL} --token-budget 40k count on")
        goal = await house.stands(thread, "paused")
    assert (goal["reason"], any(map(sums_up, model.requests))) == ("budget", False)


async def test_the_last_words_are_said_though_all_that_was_said_is_too_long(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Request) -> Answer | Refusal:
        if request.tools:
            return READS if request.nth % 8 else Answer("A turn is over.")
        return TOO_LONG if size(request) > 6_000 else Answer("These are the last words.")

    async with minded(agent, None) as (house, model):
        thread = await house.say("demo", f"{GOAL} --max-turns 2 count on")
        await house.stands(thread, "paused")
        pause = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    assert ("These are the last words." in pause["text"], any(map(sums_up, model.requests))) == (True, False)
