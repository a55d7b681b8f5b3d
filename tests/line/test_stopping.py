"""How people stop goals: at once, for good, whatever runs at that instant."""

import asyncio

from goals.work import processes
from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'


async def test_a_goal_cancelled_while_a_verifier_runs_stays_cancelled(house: House) -> None:
    house.agent("touch worked")
    slow = f"[ ! -f worked ] || {{ echo $$ > {house.place}/pid; sleep 60; }}"
    thread = await house.say("demo", f'/goal --auto-approve --verify "{slow}" put a file there')
    pid = await house.until(lambda: _pid(house))
    await house.reply(thread, "/goal cancel")
    await house.until(lambda: not house.core.dispatcher.driven)
    goal = await house.stands(thread, "cancelled")
    assert (goal["checks"], processes.alive(pid)) == (0, False)


async def test_a_stop_in_a_long_run_does_not_wait_for_it_and_its_processes_are_dead(house: House) -> None:
    house.agent(f"setsid sleep 60 & echo $! > {house.place}/pid; sleep 60")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    pid = await house.until(lambda: _pid(house))
    await house.reply(thread, "/goal stop")
    await house.until(lambda: not processes.alive(pid), seconds=20)
    assert (await house.goal(thread))["status"] == "cancelled"


async def test_a_pause_between_turns_lets_no_further_turn_begin(house_with) -> None:
    async with house_with(defaults={"turn_gap": 60}) as house:
        thread = await house.say("demo", f"/goal {DONE} put a file there")
        goal = await house.goal(thread)
        await house.until(lambda: _turns(house, thread, 1))
        await house.reply(thread, "/goal pause")
        house.clock.advance(120)
        await house.until(lambda: not house.core.dispatcher.driven)
        paused = await house.stands(thread, "paused")
        assert (paused["reason"], len(house.prompts(goal["id"]))) == ("owner", 1)


async def test_a_paused_goal_goes_on_when_it_is_resumed(house: House) -> None:
    thread = await house.say("demo", "/goal --verify 'test -f done' put a file there")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal pause")
    await house.stands(thread, "paused")
    house.agent("touch done")
    await house.reply(thread, "/goal resume")
    await house.react(await house.question(thread), "✅")
    assert (await house.stands(thread, "completed"))["label"] == "proven"


async def test_a_pause_and_a_raise_at_the_same_instant_are_both_kept(house: House) -> None:
    house.agent("sleep 60")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    goal = await house.stands(thread, "active")
    other = await house.say("demo", f"/goal {goal['id']} budget +7 turns", user="ben")
    await asyncio.gather(
        house.reply(thread, "/goal pause"), house.reply(other, f"/goal {goal['id']} budget +3 turns")
    )
    paused = await house.stands(thread, "paused")
    assert (paused["reason"], paused["budgets"]["max_turns"]) == ("owner", 30)


async def test_a_goal_completed_by_hand_says_by_whom_and_what_is_unproven(house: House) -> None:
    thread = await house.say("demo", "/goal --verify 'test -f done' put a file there")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal complete", user="ben")
    goal = await house.stands(thread, "completed")
    (said,) = [text for text in await house.texts(thread) if text.startswith("👤")]
    assert (goal["label"], "by hand by @ben, unproven: 1 of 1" in said) == ("by_hand", True)


async def test_status_summary_and_audit_answer_after_the_end(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    goal = await house.stands(thread, "completed")
    answers = [await house.reply(thread, f"/goal {verb}") for verb in ("status", "summary", "audit")]
    assert [len(said) for said in answers] == [1, 1, 1]
    assert all(goal["id"] in said[0] for said in answers)


async def test_the_stop_emoji_and_the_stop_button_end_a_goal(house: House) -> None:
    first, second = [await house.say("demo", f"/goal task {n}") for n in range(2)]
    for thread in (first, second):
        await house.stands(thread, "pending_approval")
    await house.react(await house.card(first), "🛑")
    await house.press(await house.card(second), "cancel")
    assert [goal["status"] for goal in await house.goals()] == ["cancelled", "cancelled"]


async def _turns(house: House, thread: str, turns: int) -> bool:
    return bool((await house.goal(thread))["turns"] >= turns)


def _pid(house: House) -> int:
    path = house.place / "pid"
    return int(path.read_text().strip() or 0) if path.exists() else 0
