import pytest

from adapters.chat import Body, Button, Card, File, Row, Undeliverable
from adapters.local.feed import Feed
from adapters.local.messages import shown
from adapters.local.port import LocalPort
from goals.domain.values import Origin, Person
from goals.store import open_store
from tests.adapters.local.rooms import SteadyClock

THERE = Origin("local", "demo", "t1", root="t1")
CARD = Card("Fix it", badge="g7k2 · active", steps=(Row("reproduce", "✓"),))


@pytest.fixture
async def rooms(tmp_path):
    store = await open_store("", tmp_path)
    yield store.rooms
    await store.close()


async def seen_in(rooms):
    return [shown(message) for message in await rooms.read("demo")]


@pytest.fixture
def port(rooms):
    return LocalPort(rooms, Feed(), SteadyClock())


async def test_a_post_keeps_card_buttons_and_files(port, rooms):
    button = Button("Pause", "pause", "g7k2")
    await port.post(THERE, Body("Fix it", CARD, (button,), (File("log.txt", "all of it"),)), key="k")
    [seen] = await seen_in(rooms)
    assert (seen["thread"], seen["user"], seen["bot"]) == ("t1", "goalward", True)
    step = {"text": "reproduce", "mark": "✓", "detail": "", "code": "", "buttons": []}
    assert seen["card"]["steps"] == [step]
    assert seen["buttons"] == [
        {"label": "Pause", "action": "pause", "value": "g7k2", "style": "plain", "confirm": "", "asks": ""}
    ]
    assert seen["files"] == [{"name": "log.txt", "text": "all of it"}]


async def test_the_same_key_never_posts_twice(port, rooms):
    ids = {await port.post(THERE, Body("once"), key="k") for _ in range(2)}
    assert len(ids) == len(await seen_in(rooms)) == 1


async def test_a_post_without_a_thread_opens_one(port, rooms):
    message = await port.post(Origin("local", "demo", ""), Body("hello"), key="k")
    assert [seen["thread"] for seen in await seen_in(rooms)] == [message]


async def test_an_edit_repaints_the_whole_message(port, rooms):
    message = await port.post(THERE, Body("asked", CARD, (Button("Approve", "approve", "a1"),)), key="k")
    await port.edit(THERE, message, Body("approved", Card("Approved")))
    [seen] = await seen_in(rooms)
    assert (seen["text"], seen["card"]["title"], "buttons" in seen) == ("approved", "Approved", False)
    assert seen["edited"]


async def test_a_private_note_names_its_only_reader(port, rooms):
    await port.private(Person("ana"), THERE, Body("only @oncall may approve here"), key="k")
    assert [seen["private_to"] for seen in await seen_in(rooms)] == ["ana"]


async def test_acknowledging_twice_leaves_one_reaction(port, rooms):
    message = await port.post(THERE, Body("hello"), key="k")
    for _ in range(2):
        await port.react(THERE, message, "👀")
    assert [seen["reactions"] for seen in await seen_in(rooms)] == [{"👀": ["goalward"]}]


async def test_the_reactions_read_back_are_those_of_people(port, rooms):
    message = await port.post(THERE, Body("hello"), key="k")
    await port.react(THERE, message, "✅")
    await rooms.react(message, "ana", "✅", on=True)
    assert await port.reactions(THERE, message) == [(Person("ana", "ana"), "✅")]


async def test_what_is_not_there_cannot_be_edited(port):
    with pytest.raises(Undeliverable, match="There is no message nope in #demo"):
        await port.edit(THERE, "nope", Body("x"))
