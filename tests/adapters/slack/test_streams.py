"""A streamed text goes on as long as it comes, in as many messages as Slack makes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Busy
from adapters.slack.streams import ADDS, LIVES, SlackStream, Streams
from goals.domain.values import Origin, Person
from tests.peers.clock import ManualClock
from tests.peers.slack import Slack

ANA = Person("U0ANA", "ana", "slack", "T0HOME")


class Minutes(ManualClock):
    """One whose seconds are not real either."""

    def monotonic(self) -> float:
        return self.now().timestamp()


@pytest.fixture
def clock() -> Minutes:
    return Minutes()


@pytest.fixture
async def streams(slack: Slack, clock: Minutes) -> AsyncIterator[Streams]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api, session=session, retry_handlers=[])

        async def of_tenant(_: str) -> AsyncWebClient:
            return client

        yield Streams(of_tenant, clock)


def opened(streams: Streams, at: Origin) -> SlackStream:
    stream = streams.open(at, ANA)
    assert stream
    return stream


def sizes(slack: Slack, at: Origin) -> list[int]:
    """The blocks of each streamed message."""
    return [len(message["blocks"]) for message in slack.streams("demo", at.thread)]


async def test_a_text_that_goes_on_for_minutes_goes_on_in_a_new_message_before_slack_ends_it(
    slack: Slack, streams: Streams, thread: Origin, clock: Minutes
) -> None:
    stream = opened(streams, thread)
    await stream.add("one")
    await stream.add("two")
    clock.advance(LIVES + 1)
    await stream.add("three")
    await stream.end()
    ended = [message["streaming"] for message in slack.streams("demo", thread.thread)]
    assert (sizes(slack, thread), ended) == ([2, 1], [False, False])


async def test_no_message_has_more_than_slack_takes(
    slack: Slack, streams: Streams, thread: Origin, clock: Minutes
) -> None:
    stream = opened(streams, thread)
    for number in range(70):
        await stream.add(f"line {number}")
        clock.advance(1)
    for _ in range(4):
        await stream.add("long words " * 500)
    await stream.end()
    told = sizes(slack, thread)
    assert (sum(told) >= 74, max(told) <= 50, len(told) >= 4) == (True, True, True)


async def test_no_more_is_added_in_a_minute_than_slack_takes(
    slack: Slack, streams: Streams, thread: Origin, clock: Minutes
) -> None:
    stream = opened(streams, thread)
    with pytest.raises(Busy):
        for number in range(200):
            await stream.add(f"line {number}")
    adds = [method for method, _ in slack.calls if method == "chat.appendStream"]
    clock.advance(60)
    await stream.add("later")
    assert len(adds) == ADDS


async def test_a_text_without_words_begins_no_stream(slack: Slack, streams: Streams, thread: Origin) -> None:
    stream = opened(streams, thread)
    await stream.add("")
    await stream.end()
    assert slack.streams("demo", thread.thread) == []


async def test_in_direct_messages_nobody_is_named_and_in_channels_the_reader(
    slack: Slack, streams: Streams, thread: Origin
) -> None:
    ts = slack.said_unseen("ana", "@ana", "/goal fix it")
    direct = replace(thread, channel=slack.home.im("U0ANA").id, thread=ts, root=ts)
    for at in (thread, direct):
        await opened(streams, at).add("one")
    named = [given.get("recipient_user_id") for method, given in slack.calls if method == "chat.startStream"]
    assert named == ["U0ANA", None]


async def test_nothing_is_streamed_to_somebody_of_another_platform(streams: Streams, thread: Origin) -> None:
    assert streams.open(thread, replace(ANA, platform="local")) is None


@pytest.mark.parametrize(
    ("word", "open_"),
    [("unknown_method", False), ("not_allowed_token_type", False), ("missing_recipient_user_id", True)],
)
async def test_a_workspace_that_refuses_is_not_asked_again_one_thread_says_nothing_of_others(
    slack: Slack, streams: Streams, thread: Origin, word: str, open_: bool
) -> None:
    slack.methods.no_streams = word
    stream = opened(streams, thread)
    await stream.add("one")
    await stream.add("two")
    calls = [method for method, _ in slack.calls if method == "chat.startStream"]
    assert (len(calls), streams.open(thread, ANA) is not None) == (1, open_)


async def test_a_channel_without_the_bot_has_no_stream_and_the_workspace_still_has(
    slack: Slack, streams: Streams, thread: Origin
) -> None:
    slack.kick("demo")
    await opened(streams, thread).add("one")
    assert streams.open(thread, ANA) is not None


async def test_what_may_have_been_shown_is_not_said_again(
    slack: Slack, streams: Streams, thread: Origin
) -> None:
    stream = opened(streams, thread)
    await stream.add("one")
    slack.break_("chat.appendStream", "after")
    await stream.add("two")
    await stream.end()
    assert str(slack.streams("demo", thread.thread)).count("'two'") == 1
