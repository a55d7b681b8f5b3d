from goals.ports import Outgoing
from goals.store import Store
from tests.given import NOW


async def test_what_comes_in_twice_is_kept_once(store: Store) -> None:
    assert await store.inbox.put("m1", {"text": "hi"}, NOW) is True
    assert await store.inbox.put("m1", {"text": "hi"}, NOW) is False


async def test_what_was_not_handled_is_found_in_the_order_it_came(store: Store) -> None:
    for key in ("c", "a", "b"):
        await store.inbox.put(key, {"key": key}, NOW)

    await store.inbox.handled("a", NOW)

    assert await store.inbox.unhandled() == [("c", {"key": "c"}), ("b", {"key": "b"})]


async def test_what_follows_from_an_act_is_kept_with_it_and_once(store: Store) -> None:
    await store.inbox.put("a", {}, NOW)
    answer = Outgoing("reply:a", "local:demo:m1", "reply", {"text": "done"})

    for _ in range(2):
        await store.inbox.handled("a", NOW, [answer])

    due, _ = await store.outbox.look(NOW)
    assert (await store.inbox.unhandled(), [row.key for row in due]) == ([], ["reply:a"])
