from dataclasses import replace

import pytest

from goals.domain.errors import NotFound
from goals.ports import RoomMessage
from goals.store import Store
from goals.store.rooms import message_id, number_of
from tests.given import NOW, later


def said(text: str, **changes: object) -> RoomMessage:
    return replace(RoomMessage("", "demo", "", "ana", text, NOW), **changes)


async def test_the_first_message_of_a_thread_names_it(store: Store) -> None:
    root = await store.rooms.say(said("/goal fix it"), key="k1")
    await store.rooms.say(said("on it", thread=root, bot=True), key="k2")
    await store.rooms.say(said("something else"), key="k3")

    thread = await store.rooms.read("demo", thread=root)

    assert [(each.text, each.thread) for each in thread] == [("/goal fix it", root), ("on it", root)]


async def test_a_message_said_twice_under_one_key_is_there_once(store: Store) -> None:
    first = await store.rooms.say(said("hi"), key="k1")

    assert await store.rooms.say(said("hi again"), key="k1") == first
    assert [each.text for each in await store.rooms.read("demo")] == ["hi"]


async def test_ids_grow_with_time(store: Store) -> None:
    ids = [await store.rooms.say(said(str(number)), key=str(number)) for number in range(40)]

    assert ids == sorted(ids)
    assert [each.id for each in await store.rooms.read("demo")] == ids


async def test_the_newest_are_read_oldest_first(store: Store) -> None:
    for number in range(5):
        await store.rooms.say(said(str(number)), key=str(number))

    assert [each.text for each in await store.rooms.read("demo", limit=2)] == ["3", "4"]


async def test_a_message_comes_back_exactly_as_it_was_said(store: Store) -> None:
    message = said(
        "look", body={"card": {"title": "ü"}}, private_to="ben", reactions={"✅": ("ben",)}, bot=True
    )

    id = await store.rooms.say(message, key="k1")

    assert await store.rooms.read("demo", message_id=id) == [replace(message, id=id, thread=id)]


async def test_an_edit_says_when_and_keeps_what_is_to_stay(store: Store) -> None:
    id = await store.rooms.say(said("one", body={"a": 1, "b": 1, "c": 1}), key="k1")

    kept = ("a", "b", "nothing")
    changed = await store.rooms.change(id, at=later(seconds=1), text="two", body={"b": 2}, kept=kept)

    assert (changed.text, changed.body, changed.edited) == ("two", {"a": 1, "b": 2}, later(seconds=1))
    assert await store.rooms.read("demo") == [changed]


async def test_a_message_that_is_not_there_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.rooms.change("m00zz", at=NOW, text="two", body={})
    assert await store.rooms.react("nonsense", "ana", "✅", on=True) is None


async def test_a_reaction_counts_once_per_person_and_can_be_taken_back(store: Store) -> None:
    id = await store.rooms.say(said("plan"), key="k1")
    for user in ("ana", "ben", "ana"):
        await store.rooms.react(id, user, "✅", on=True)

    both = (await store.rooms.read("demo"))[0].reactions
    await store.rooms.react(id, "ana", "✅", on=False)
    left = await store.rooms.react(id, "ben", "✅", on=False)

    assert both == {"✅": ("ana", "ben")}
    assert left is not None
    assert left.reactions == {}


async def test_a_channel_exists_once_it_is_spoken_in(store: Store) -> None:
    await store.rooms.say(said("hi", channel="b"), key="k1")
    await store.rooms.say(said("hi", channel="a"), key="k2")

    assert await store.rooms.channels() == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["", "m", "m1", "x000001", "M000001", "m-00001", "m00000_1", "m" + "z" * 9000]
)
def test_only_our_own_ids_name_a_message(text: str) -> None:
    assert number_of(text) == -1


def test_an_id_and_its_number_are_each_others() -> None:
    assert [number_of(message_id(number)) for number in (1, 36, 36**6 - 1)] == [1, 36, 36**6 - 1]
