import asyncio

from adapters.local.feed import Feed


async def opened(feed, last_id=""):
    stream = feed.stream(last_id)
    return stream, (await anext(stream)).decode()


async def test_a_listener_hears_what_is_told_after_it_came():
    feed = Feed()
    feed.tell("message", {"id": "early"})
    stream, _ = await opened(feed)
    feed.tell("message", {"id": "m1"})
    chunk = (await anext(stream)).decode()
    assert chunk.splitlines()[1:3] == ["event: message", 'data: {"id": "m1"}']


async def test_everybody_hears_everything():
    feed = Feed()
    streams = [(await opened(feed))[0] for _ in range(3)]
    feed.tell("goal", {"id": "g1"})
    heard = {await anext(stream) for stream in streams}
    assert len(heard) == 1


async def test_who_missed_something_is_told_to_reload():
    feed = Feed()
    _, greeting = await opened(feed)
    feed.tell("message", {})
    last_id = greeting.split("id: ")[1].split("\n")[0]
    _, again = await opened(feed, last_id)
    assert "event: reload" in again


async def test_who_missed_nothing_is_only_greeted():
    feed = Feed()
    _, greeting = await opened(feed)
    last_id = greeting.split("id: ")[1].split("\n")[0]
    _, again = await opened(feed, last_id)
    assert "event: hello" in again


async def test_who_knew_an_earlier_life_is_told_to_reload():
    _, greeting = await opened(Feed(), "0abc-0")
    assert "event: reload" in greeting


async def test_a_slow_listener_is_cut_off_and_the_others_go_on():
    feed = Feed(backlog=2)
    slow, _ = await opened(feed)
    quick, _ = await opened(feed)
    for number in range(4):
        feed.tell("message", {"n": number})
        await anext(quick)
    async with asyncio.timeout(30):
        assert [chunk async for chunk in slow] == []
    assert feed.listeners == 1


async def test_silence_is_filled_with_comments():
    stream, _ = await opened(Feed(keep_alive=0.01))
    async with asyncio.timeout(30):
        assert (await anext(stream)).startswith(b":")


async def test_closing_ends_every_stream_and_new_ones_at_once():
    feed = Feed()
    stream, _ = await opened(feed)
    feed.close()
    async with asyncio.timeout(30):
        assert [[chunk async for chunk in each] for each in (stream, feed.stream())] == [[], []]


async def test_a_listener_that_leaves_is_forgotten():
    feed = Feed()
    stream, _ = await opened(feed)
    await stream.aclose()
    assert feed.listeners == 0
