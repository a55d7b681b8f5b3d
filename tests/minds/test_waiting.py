"""An agent with a model waits and asks without a call meanwhile; what wakes it begins its next turn."""

from collections.abc import Callable
from typing import Any

from bot.demo.script import Answer, Request, Tokens, says
from tests.minds.conftest import calls, word
from tests.peers.house import House

GOAL = '/goal --agent builtin --auto-approve --verify "test -f done" put a file there'
WAITS = calls(("wait_for", {"seconds": 1800, "why": "the build runs"}))
ASKS = calls(("ask_person", {"question": "Which port, 5432 or 5433?"}))
FINISHES = calls(("shell", {"command": "touch done"}))


async def test_an_agent_that_waits_makes_no_call_until_its_time_has_come(minded: Callable[..., Any]) -> None:
    async with minded(says(WAITS, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        waits = await house.stands(thread, "waiting")
        house.clock.advance(1700)
        await house.settled()
        asked = len(model.requests)
        await house.restart()
        house.clock.advance(101)
        done = await house.stands(thread, "completed")
    told = model.requests[1].messages[-1]["content"]
    assert (waits["reason"], asked, done["turns"], done["active_seconds"] < 60) == ("time", 1, 2, True)
    assert "you asked to wait for 1800 s (the build runs)" in told


REPORT = {"type": "data", "path": "report.json", "expr": "data['open'] == 0"}
WATCHES = calls(("wait_for", {"verifier": REPORT, "why": "the tickets are closed"}))
REPORTED = "`data: report.json` (the tickets are closed)"


async def looked_at(house: House, goal_id: str, times: int) -> None:
    """Let so many intervals go by, each with its look."""

    async def looked() -> bool:
        polled = await house.core.store.monitors.polled([goal_id])
        return polled[goal_id].at > house.clock.now()

    for _ in range(times):
        await house.until(looked)
        house.clock.advance(61)
    await house.until(looked)


async def test_an_agent_that_waits_for_a_verifier_makes_no_call_until_it_is_met(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(WATCHES, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        waits = await house.stands(thread, "waiting")
        report = house.workspace(waits["id"]) / "report.json"
        report.write_text('{"open": 3}')
        await looked_at(house, waits["id"], 3)
        await house.restart()
        await looked_at(house, waits["id"], 3)
        asked, still = len(model.requests), await house.goal(thread)
        report.write_text('{"open": 0}')
        house.clock.advance(61)
        done = await house.stands(thread, "completed")
    told = model.requests[1].messages[-1]["content"]
    assert (waits["reason"], asked, still["status"]) == ("verifier", 1, "waiting")
    models = [request.model for request in model.requests]
    assert (done["turns"], models.count("agent-model"), done["active_seconds"] < 60) == (2, 3, True)
    assert f"Your wait ended: {REPORTED} is met" in told


async def test_a_wait_for_a_verifier_ends_with_its_time(minded: Callable[..., Any]) -> None:
    watches = calls(("wait_for", {"verifier": REPORT, "seconds": 1800, "why": "the tickets are closed"}))
    async with minded(says(watches, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        waits = await house.stands(thread, "waiting")
        await house.card(thread, saying=f"It waits for {REPORTED}, until")
        house.clock.advance(1801)
        done = await house.stands(thread, "completed")
    told = model.requests[1].messages[-1]["content"]
    assert (waits["reason"], done["turns"]) == ("verifier", 2)
    assert f"the time is over, and {REPORTED} is not met" in told


async def test_a_goal_that_waits_for_a_verifier_is_checked_woken_and_paused_by_hand(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(WATCHES, WATCHES, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        await house.reply(thread, "/goal check")
        await house.shown(thread, lambda m: m["text"].startswith("🔎"))
        checked = await house.stands(thread, "waiting")
        await house.reply(thread, "/goal unwait")
        await house.until(lambda: len(model.requests) == 2)
        again = await house.stands(thread, "waiting")
        await house.reply(thread, "/goal pause")
        await house.stands(thread, "paused")
        (house.workspace(again["id"]) / "report.json").write_text('{"open": 0}')
        house.clock.advance(3600)
        await house.settled()
        still = await house.goal(thread)
        await house.reply(thread, "/goal resume")
        done = await house.stands(thread, "completed")
    assert (checked["turns"], again["turns"], still["status"], done["turns"]) == (1, 2, "paused", 3)
    assert "Your wait ended: @ana woke it." in model.requests[1].messages[-1]["content"]


async def test_what_an_agent_may_not_wait_for_is_refused_and_the_turn_goes_on(
    minded: Callable[..., Any],
) -> None:
    waits = calls(("wait_for", {"verifier": "make all", "why": "the build runs"}))
    async with minded(says(waits, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        done = await house.stands(thread, "completed")
    refused = "There is no verifier “make all” to wait for."
    assert (refused in model.requests[1].last, done["turns"]) == (True, 1)


async def test_a_question_is_asked_in_the_thread_and_a_reply_is_its_answer(
    minded: Callable[..., Any],
) -> None:
    async with minded(says(ASKS, FINISHES, "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        waits = await house.stands(thread, "waiting")
        question = await house.shown(thread, lambda m: m["text"].startswith("❓"))
        await house.reply(thread, "!aside I do not know")
        still = await house.goal(thread)
        await house.reply(thread, "5433", user="ben")
        done = await house.stands(thread, "completed")
    assert ("Which port, 5432 or 5433?" in question["text"], still["status"]) == (True, "waiting")
    assert ("@ben says: 5433" in model.requests[1].last, waits["reason"], done["turns"]) == (
        True,
        "answer",
        2,
    )


async def test_a_question_survives_a_restart_and_reminds_once(minded: Callable[..., Any]) -> None:
    async with minded(says(ASKS, FINISHES, "Done.")) as (house, _):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "waiting")
        await house.restart()
        for _ in range(2):
            house.clock.advance(700)
            await house.shown(thread, lambda m: m["text"].startswith("⏰"))
            await house.settled()
        reminders = [text for text in await house.texts(thread) if text.startswith("⏰")]
        await house.reply(thread, "5433")
        await house.stands(thread, "completed")
    assert len(reminders) == 1


async def test_a_check_by_hand_asks_the_judge_where_the_verifiers_pass(minded: Callable[..., Any]) -> None:
    works = calls(("shell", {"command": "touch done"}), ("ask_person", {"question": "Is it right?"}))
    judge = says(word(False, missing="nobody tried it"), word(True))
    async with minded(says(works), judge) as (house, model):
        thread = await house.say("demo", GOAL)
        before = await house.stands(thread, "waiting")
        await house.reply(thread, "/goal check")
        done = await house.stands(thread, "completed")
    assert [r.model for r in model.requests].count("judge-model") == 2
    assert (before["reason"], done["label"], done["turns"]) == ("answer", "proven", 1)


async def test_a_wrap_up_is_one_call_without_tools_whose_words_are_the_summary(
    minded: Callable[..., Any],
) -> None:
    def agent(request: Request) -> Answer:
        return Answer(hang=True) if request.tools else Answer("## Done\nNothing yet.")

    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL)
        await model.arrived(1)
        await house.reply(thread, "/goal wrap up")
        paused = await house.stands(thread, "paused")
        told = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    last = [request for request in model.requests if not request.tools]
    assert (paused["reason"], paused["turns"], len(last)) == ("owner", 0, 1)
    assert ("Nothing yet." in told["text"], "The work on this goal ends here for now." in last[0].last) == (
        True, True,
    )  # fmt: skip
    assert paused["usage_by_purpose"]["wind_down"]["output"] > 0


async def test_a_turn_that_was_put_aside_goes_on_where_it_was(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        steps = [calls(("shell", {"command": "touch one"})), Answer(hang=True), FINISHES, Answer("Done.")]
        return steps[min(request.nth, len(steps)) - 1]

    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL)
        await model.arrived(2)
        await house.reply(thread, "/goal wait 1h")
        await house.stands(thread, "waiting")
        house.clock.advance(3601)
        done = await house.stands(thread, "completed")
    roles = [m["role"] for m in model.requests[2].messages]
    assert (done["turns"], roles) == (1, ["system", "user", "assistant", "tool"])


async def test_two_dollars_more_are_added_once_by_the_warnings_button(minded: Callable[..., Any]) -> None:
    works = Answer("A look around.", tokens=Tokens(600_000, 0, 10))
    async with minded(says(works, Answer(hang=True))) as (house, model):
        thread = await house.say("demo", GOAL.replace("--auto-approve", "--auto-approve --max-usd 1"))
        warning = await house.shown(thread, lambda m: m["text"].startswith("⚠️"))
        await model.arrived(2)
        await house.press(warning, "raise", label="+$2")
        await house.press(warning, "raise", label="+$2", user="ben")
        goal = await house.goal(thread)
    labels = [button["label"] for button in warning["buttons"]]
    assert (labels, goal["budgets"]["max_usd"]) == (["+50 % money", "+$2", "Wrap up now", "Stop"], 3.0)
