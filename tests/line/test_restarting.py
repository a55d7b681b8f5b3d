"""What stood before a restart stands after it, and costs nothing."""

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'


async def test_a_goal_that_was_at_work_goes_on_and_its_agent_is_told_of_the_interruption(
    house: House,
) -> None:
    house.agent(f"echo half > half; touch {house.place}/began; sleep 60")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    await house.until((house.place / "began").exists)
    house.agent("test -f half && touch done")
    await house.close()
    house.clock.advance(3600)
    await house.open()
    goal = await house.stands(thread, "completed")
    last = house.prompts(goal["id"])[-1]
    assert (goal["turns"], "interrupted and its outcome is unknown" in last) == (2, True)
    assert goal["active_seconds"] < 3000 < goal["elapsed_seconds"]


async def test_a_restart_costs_no_active_time_and_a_paused_goal_stays_paused(house: House) -> None:
    paused = await house.say("demo", f"/goal {DONE} --max-turns 1 put a file there")
    pending = await house.say("demo", "/goal wash up")
    before = [await house.stands(paused, "paused"), await house.stands(pending, "pending_approval")]
    house.clock.advance(3600)
    await house.restart()
    await house.settled()
    after = [await house.goal(paused), await house.goal(pending)]
    kept = ("status", "reason", "active_seconds", "turns", "checks")
    assert [[goal[key] for key in kept] for goal in after] == [[goal[key] for key in kept] for goal in before]


async def test_queued_goals_start_after_a_restart(house: House) -> None:
    go = house.place / "go"
    house.agent(f"while [ ! -e {go} ]; do sleep 0.05; done")
    await house.say("demo", f"/goal {DONE} --max-turns 1 one")
    second = await house.say("demo", f"/goal {DONE} --max-turns 1 two")
    await house.stands(second, "queued")
    house.agent("touch done")
    go.touch()
    await house.restart()
    await house.stands(second, "completed")


async def test_what_was_said_and_posted_is_there_once_after_a_restart(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    await house.stands(thread, "completed")
    await house.card(thread, saying="proven")
    before = [(m["id"], m["text"].splitlines()[0]) for m in await house.messages(thread)]
    await house.restart()
    await house.settled()
    assert [(m["id"], m["text"].splitlines()[0]) for m in await house.messages(thread)] == before


async def test_the_line_holds_on_postgresql_too(house_with, postgres_url: str) -> None:
    async with house_with(store=postgres_url) as house:
        house.agent("[ $GOALWARD_TURN = 1 ] || touch done")
        thread = await house.say("demo", '/goal --verify "test -f done" put a file there')
        await house.stands(thread, "pending_approval")
        await house.restart()
        await house.react(await house.question(thread), "✅")
        goal = await house.stands(thread, "completed")
        assert (goal["label"], goal["turns"], len(house.prompts(goal["id"]))) == ("proven", 2, 2)
