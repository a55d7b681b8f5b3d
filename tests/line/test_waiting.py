"""A goal that waits for people gives its slot away after ten minutes, and comes back to the front."""

from tests.peers.house import House

LOOK = """--verify '{"type": "human", "prompt": "Does it look right?"}'"""


async def test_while_a_goal_waits_for_people_the_next_one_runs_and_it_comes_back_to_the_front(
    house: House,
) -> None:
    house.agent(f"until [ -f {house.place}/go ]; do sleep 0.02; done; touch done", "other")
    looked = await house.say("demo", f"/goal --auto-approve {LOOK} paint it")
    await house.stands(looked, "waiting")
    work = '/goal --auto-approve --agent other --verify "test -f done"'
    second = await house.say("demo", f"{work} first behind")
    third = await house.say("demo", f"{work} second behind")
    await house.settled()
    before = [(await house.goal(thread))["status"] for thread in (second, third)]

    house.clock.advance(601)
    await house.stands(second, "active")
    await house.react(await house.question(looked), "✅")
    assert (before, (await house.goal(looked))["status"]) == (["queued", "queued"], "queued")

    (house.place / "go").touch()
    await house.stands(third, "completed")
    goals = {goal["thread"]: goal for goal in await house.goals()}
    ends = [await _ended(house, goals[thread]["id"]) for thread in (second, looked, third)]
    assert (ends, goals[looked]["label"]) == (sorted(ends), "attested")


async def test_a_goal_that_waits_for_people_uses_no_time_and_reminds_once(house: House) -> None:
    thread = await house.say("demo", f"/goal --auto-approve {LOOK} paint it")
    before = await house.stands(thread, "waiting")
    for _ in range(3):
        house.clock.advance(3600)
        await house.until(lambda: _reminders(house, thread))
        await house.settled()
    after = await house.goal(thread)
    assert (after["active_seconds"], await _reminders(house, thread)) == (before["active_seconds"], 1)


async def _reminders(house: House, thread: str) -> int:
    return sum(text.startswith("⏰") for text in await house.texts(thread))


async def _ended(house: House, goal_id: str) -> str:
    events = (await house.http.get(f"/api/goals/{goal_id}/events")).json()["events"]
    return next(event["at"] for event in events if event["event"] == "Finished")
