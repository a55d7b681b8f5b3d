"""`/goal` in a channel: what stands where, with the buttons of each goal."""

from datetime import timedelta

from tests.peers.house import House

OPEN = "/goal --auto-approve --verify 'test -f done'"


async def rows(house: House, channel: str = "demo") -> dict[str, list[str]]:
    """The board as people see it: the objectives under each heading."""
    thread = await house.say(channel, "/goal")
    board = await house.shown(thread, lambda m: "Goals of this channel" in m["text"])
    return {
        section["title"]: [row["text"].partition(" · ")[2] for row in section["rows"]]
        for section in board["card"]["sections"]
    }


async def test_the_board_shows_what_stands_where_after_a_restart_too(house: House) -> None:
    asked = await house.say("demo", "/goal --verify 'test -f done' may I")
    await house.stands(asked, "pending_approval")
    house.agent("sleep 60")
    working = await house.say("demo", f"{OPEN} work")
    await house.stands(working, "active")
    for n in (1, 2):
        await house.stands(await house.say("demo", f"{OPEN} wait {n}"), "queued")
    paused = await house.say("demo", f"{OPEN} rest")
    await house.reply(paused, "/goal pause")
    ended = await house.say("demo", f"{OPEN} over")
    await house.reply(ended, "/goal cancel")
    expected = {
        "Waiting for somebody": ["may I"],
        "Active": ["work"],
        "Queued": ["wait 1", "wait 2"],
        "Paused": ["rest"],
        "Ended today": ["over"],
    }
    found = [await rows(house)]
    await house.restart()
    assert [*found, await rows(house)] == [expected, expected]


async def test_what_ended_yesterday_is_not_on_the_board(house: House) -> None:
    thread = await house.say("demo", f"{OPEN} over")
    await house.reply(thread, "/goal cancel")
    house.clock.advance(timedelta(days=1).total_seconds())
    resting = await house.say("demo", f"{OPEN} rest")
    await house.reply(resting, "/goal pause")
    assert await rows(house) == {"Paused": ["rest"]}


async def test_a_button_beside_a_line_acts_on_its_goal(house: House) -> None:
    thread = await house.say("demo", f"{OPEN} rest")
    await house.reply(thread, "/goal pause")
    where = await house.say("demo", "/goal")
    board = await house.shown(where, lambda m: "Goals of this channel" in m["text"])
    (row,) = board["card"]["sections"][0]["rows"]
    await house.press({**board, "buttons": row["buttons"]}, "cancel")
    assert (await house.goal(thread))["status"] == "cancelled"
