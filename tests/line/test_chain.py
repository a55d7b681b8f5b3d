"""An unattended chain: goals that need nobody's ✅ follow each other through one slot until none is left."""

from tests.peers.house import House

STEPS = ("fetch", "build", "test", "pack", "ship")


async def test_a_queue_of_goals_that_need_nobody_runs_itself_empty_in_order(house: House) -> None:
    order = house.place / "order"
    house.agent(f"echo $GOALWARD_GOAL >> {order}; touch done")
    for step in STEPS:
        thread = await house.say("demo", f'/goal --auto-approve --verify "test -f done" {step}')
        await house.goal(thread)

    async def over() -> list[dict[str, object]]:
        goals = await house.goals()
        return goals if [goal["status"] for goal in goals] == ["completed"] * len(STEPS) else []

    goals = await house.until(over)
    assert [goal["objective"] for goal in goals] == list(STEPS)
    assert order.read_text().split() == [goal["id"] for goal in goals]
    assert [goal["approvals"] for goal in goals] == [[]] * len(STEPS)
