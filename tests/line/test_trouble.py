"""The disk full under a goal: it waits, says so once in its thread, and goes on."""

from tests.peers.house import House

WAITS = """
touch {place}/began$GOALWARD_TURN
until [ -f {place}/go ]; do sleep 0.02; done
head -c 30000 /dev/urandom | base64
touch done
"""


async def room_for(house: House, pages: int) -> None:
    """SQLite's own limit: what does not fit fails with SQLITE_FULL, as on a full disk."""
    limit = f"PRAGMA max_page_count = {pages}"
    await house.core.store.database.write(lambda connection: connection.exec_driver_sql(limit).all())


async def test_a_full_disk_makes_a_goal_wait_and_is_told_once(house: House) -> None:
    house.agent(WAITS.format(place=house.place))
    thread = await house.say("demo", '/goal --auto-approve --verify "test -f done" put a file there')
    await house.until((house.place / "began1").exists)
    await house.settled()
    await room_for(house, 1)
    (house.place / "go").touch()
    await house.until(house.core.problems)
    ready = await house.http.get("/readyz")
    await room_for(house, 1_000_000)
    goal = await house.stands(thread, "completed")
    told = [text for text in await house.texts(thread) if "disk that holds the store is full" in text]
    assert (ready.status_code, goal["turns"], len(told)) == (503, 1, 1)
    assert (await house.http.get("/readyz")).status_code == 200
