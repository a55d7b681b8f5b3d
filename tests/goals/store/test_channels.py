"""Goal mode is off in a channel until it is switched on again, whoever asks."""

from goals.domain.values import Status
from goals.ports import Change, SwitchedOff
from goals.store import Store
from tests.given import ANA, BEN, NOW, goal, later

KEY = "local:demo"


async def test_a_channel_that_is_switched_off_stays_so(store: Store) -> None:
    await store.channels.switch_off(KEY, ANA, NOW)
    await store.channels.switch_off(KEY, BEN, later(hours=1))
    assert [await store.channels.off(key) for key in (KEY, "local:other")] == [SwitchedOff(NOW, "@ana"), None]


async def test_a_channel_that_is_switched_on_again_is_on(store: Store) -> None:
    await store.channels.switch_off(KEY, ANA, NOW)
    await store.channels.switch_on(KEY, BEN, NOW)
    assert await store.channels.off(KEY) is None


async def test_nobody_is_next_where_goal_mode_is_off(store: Store) -> None:
    queued = await store.goals.record(Change(goal(version=0, status=Status.QUEUED), ()), at=NOW)
    await store.channels.switch_off(KEY, ANA, NOW)
    found = [await store.goals.next_queued(KEY)]
    await store.channels.switch_on(KEY, BEN, NOW)
    assert [*found, await store.goals.next_queued(KEY)] == [None, queued]
