"""Goal mode off in a channel: its goals pause, nothing starts there, and nothing goes on by itself."""

from tests.given import ANA
from tests.peers.house import House

OPEN = "/goal --auto-approve --verify 'test -f done'"


async def at_work(house: House) -> tuple[str, str]:
    """The threads of a goal that works for ever and of one that is queued behind it."""
    house.agent("sleep 60")
    first = await house.say("demo", f"{OPEN} one")
    await house.stands(first, "active")
    second = await house.say("demo", f"{OPEN} two")
    await house.stands(second, "queued")
    return first, second


async def switched_off(house: House, channel: str = "demo") -> str:
    thread = await house.say(channel, "/goal disable")
    await house.settled()
    return thread


async def enabled(house: House, channel: str = "demo") -> bool:
    return bool((await house.http.get("/api/goals", params={"channel": channel})).json()["enabled"])


async def test_switching_goal_mode_off_pauses_the_channels_goals_and_says_so(house: House) -> None:
    threads = await at_work(house)
    thread = await switched_off(house)
    paused = [await house.goal(each) for each in threads]
    (said,) = await house.texts(thread)
    assert [(goal["status"], goal["explanation"]) for goal in paused] == [
        ("paused", "@ana switched goal mode off in this channel.")
    ] * 2
    assert (all(goal["id"] in said for goal in paused), await enabled(house)) == (True, False)


async def test_nothing_starts_or_goes_on_while_goal_mode_is_off(house: House) -> None:
    first, _ = await at_work(house)
    await switched_off(house)
    await house.restart()
    fresh = await house.say("demo", f"{OPEN} three")
    await house.settled()
    (resumed,) = await house.reply(first, "/goal resume")
    (started,) = await house.texts(fresh)
    assert (
        started == resumed,
        resumed.startswith("Goal mode is off in this channel: @ana switched it off"),
    ) == (
        True,
        True,
    )
    assert [goal["status"] for goal in await house.goals()] == ["paused", "paused"]


async def test_a_word_does_not_wake_a_blocked_goal_while_goal_mode_is_off(house: House) -> None:
    house.agent("echo '<goal_blocked reason=\"which branch?\"/>'")
    thread = await house.say("demo", f"{OPEN} one")
    await house.stands(thread, "paused")
    await switched_off(house)
    (said,) = await house.reply(thread, "the main one")
    assert (said.startswith("Goal mode is off"), (await house.goal(thread))["status"]) == (True, "paused")


async def test_switched_on_again_goals_are_resumed_by_people(house: House) -> None:
    first, second = await at_work(house)
    thread = await switched_off(house)
    (said,) = await house.reply(thread, "/goal enable")
    goal = await house.goal(second)
    assert (f"`/goal {goal['id']} resume`" in said, goal["status"], await enabled(house)) == (
        True,
        "paused",
        True,
    )
    house.agent("touch done")
    await house.reply(first, "/goal resume")
    await house.stands(first, "completed")


async def test_other_channels_go_on(house: House) -> None:
    await switched_off(house)
    house.agent("touch done")
    thread = await house.say("other", f"{OPEN} one")
    await house.stands(thread, "completed")
    assert await enabled(house, "other")


async def test_switching_off_twice_is_switching_off_once(house: House) -> None:
    threads = await at_work(house)
    await switched_off(house)
    await switched_off(house)
    counts = [sum("is paused" in text for text in await house.texts(each)) for each in threads]
    assert counts == [1, 1]


async def test_switching_off_that_was_cut_short_does_the_rest(house: House) -> None:
    threads = await at_work(house)
    await house.core.store.channels.switch_off("local:demo", ANA, house.clock.now())
    await switched_off(house)
    assert [(await house.goal(each))["status"] for each in threads] == ["paused", "paused"]
