from collections.abc import Sequence
from dataclasses import replace

from goals.ports import Delivery, Outgoing, Posted
from goals.store import Store
from tests.given import NOW, later


def row(key: str, lane: str = "t1", **changes: object) -> Outgoing:
    return replace(Outgoing(key, lane, "post", {"key": key}), **changes)


def keys(rows: Sequence[Outgoing]) -> list[str]:
    return [each.key for each in rows]


async def sent(store: Store, one: Outgoing) -> None:
    await store.outbox.settle(one, Delivery("sent", NOW))


async def test_a_lane_is_delivered_in_order_and_lanes_beside_each_other(store: Store) -> None:
    await store.outbox.put([row("a1"), row("b1", "t2"), row("a2")])

    first = await store.outbox.due(NOW)
    await sent(store, first[0])

    assert keys(first) == ["a1", "b1"]
    assert keys(await store.outbox.due(NOW)) == ["b1", "a2"]


async def test_a_key_that_is_there_already_changes_nothing(store: Store) -> None:
    await store.outbox.put([row("a1")])
    await sent(store, (await store.outbox.due(NOW))[0])

    await store.outbox.put([row("a1", body={"other": True})])

    assert await store.outbox.due(NOW) == []


async def test_a_row_that_is_retried_holds_up_its_lane_only(store: Store) -> None:
    await store.outbox.put([row("a1"), row("a2"), row("b1", "t2")])
    first = (await store.outbox.due(NOW))[0]

    await store.outbox.settle(first, Delivery("retry", NOW, not_before=later(seconds=5), error="busy"))

    assert keys(await store.outbox.due(later(seconds=4))) == ["b1"]
    assert (await store.outbox.look(NOW))[1] == later(seconds=5)
    again = (await store.outbox.due(later(seconds=5)))[0]
    assert (again.key, again.attempts, again.not_before) == ("a1", 1, later(seconds=5))


async def test_a_dead_row_blocks_nothing_and_can_be_tried_again(store: Store) -> None:
    await store.outbox.put([row("a1"), row("a2")])
    first = (await store.outbox.due(NOW))[0]
    await store.outbox.settle(first, Delivery("dead", NOW, error="refused"))

    assert keys(await store.outbox.due(NOW)) == ["a2"]
    assert keys(await store.outbox.dead()) == ["a1"]
    assert await store.outbox.retry(first.id) is True
    assert await store.outbox.retry(first.id) is False
    assert keys(await store.outbox.due(NOW)) == ["a1"]
    assert await store.outbox.dead() == []


async def test_a_standing_row_written_again_is_due_again_with_its_new_body(store: Store) -> None:
    await store.outbox.put([row("card*")])
    await sent(store, (await store.outbox.due(NOW))[0])

    await store.outbox.put([row("card*", body={"turn": 2})])

    assert [each.body for each in await store.outbox.due(NOW)] == [{"turn": 2}]


async def test_a_standing_row_written_while_it_is_sent_is_sent_again(store: Store) -> None:
    await store.outbox.put([row("card*")])
    first = (await store.outbox.due(NOW))[0]
    await store.outbox.put([row("card*", body={"turn": 2})])

    await sent(store, first)
    second = await store.outbox.due(NOW)
    await sent(store, second[0])

    assert [each.body for each in second] == [{"turn": 2}]
    assert await store.outbox.due(NOW) == []


async def test_a_standing_row_that_is_written_during_every_delivery_is_held_back_between_them(
    store: Store,
) -> None:
    await store.outbox.put([row("card*", not_before=later(seconds=3))])
    first = (await store.outbox.due(later(seconds=3)))[0]
    await store.outbox.put([row("card*", not_before=later(seconds=6))])

    await store.outbox.settle(first, Delivery("sent", later(seconds=4), not_before=later(seconds=7)))

    assert await store.outbox.due(later(seconds=6.9)) == []
    assert keys(await store.outbox.due(later(seconds=7))) == ["card*"]


async def test_what_must_show_at_once_is_not_held_back_by_a_delivery_under_way(store: Store) -> None:
    await store.outbox.put([row("card*", not_before=later(seconds=3))])
    first = (await store.outbox.due(later(seconds=3)))[0]
    await store.outbox.put([row("card*")])

    await store.outbox.settle(first, Delivery("sent", later(seconds=4), not_before=later(seconds=7)))

    assert keys(await store.outbox.due(later(seconds=4))) == ["card*"]


async def test_a_standing_row_that_is_written_often_is_not_put_off_for_ever(store: Store) -> None:
    await store.outbox.put([row("card*", not_before=later(seconds=3))])
    await store.outbox.put([row("card*", not_before=later(seconds=5))])

    assert keys(await store.outbox.due(later(seconds=3))) == ["card*"]


async def test_a_standing_row_that_backs_off_is_not_hurried_by_being_written(store: Store) -> None:
    await store.outbox.put([row("card*")])
    first = (await store.outbox.due(NOW))[0]
    await store.outbox.settle(first, Delivery("retry", NOW, not_before=later(seconds=30), error="busy"))

    await store.outbox.put([row("card*", not_before=later(seconds=3))])
    await store.outbox.put([row("card*")])

    assert await store.outbox.due(later(seconds=29)) == []
    assert [each.attempts for each in await store.outbox.due(later(seconds=30))] == [0]


async def test_what_became_of_a_row_is_known_as_a_message(store: Store) -> None:
    await store.outbox.put([row("a1")])
    posted = Posted("g7k2", "local:demo:m1", "m5", "approval:a1")

    await store.outbox.settle((await store.outbox.due(NOW))[0], Delivery("sent", NOW, posted=posted))

    assert await store.messages.posted("local:demo:m1", "m5") == posted
    assert await store.messages.message_of("g7k2", "approval:a1") == posted
    assert await store.messages.message_of("g7k2", "card") is None


async def test_the_latest_message_shows_a_subject(store: Store) -> None:
    await store.outbox.put([row("a1"), row("b1", "t2")])
    for each, message in zip(await store.outbox.due(NOW), ("m1", "m2"), strict=True):
        posted = Posted("g7k2", "local:demo:m1", message, "card")
        await store.outbox.settle(each, Delivery("sent", NOW, posted=posted))

    assert await store.messages.message_of("g7k2", "card") == Posted("g7k2", "local:demo:m1", "m2", "card")


async def test_nothing_to_send_has_no_next_time(store: Store) -> None:
    await store.outbox.put([row("a1")])

    _, following = await store.outbox.look(NOW)

    assert following is None
