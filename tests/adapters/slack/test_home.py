"""App Home shows what is one's own and what one may see, and is never put over a newer view."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.home import Home
from adapters.slack.home_view import home_view
from adapters.slack.parts import texts
from goals.audit import Report
from goals.board import Board, look
from goals.domain.values import Goal, Mode, Origin, Person, Status
from tests.given import NOW, goal, goal_in, monitor
from tests.peers.slack import Slack
from tests.peers.slack.limits import view_problems

ANA = Person("U0ANA", "ana", "slack", "T0HOME")


def in_channel(channel: str, id: str, owner: Person, objective: str) -> Goal:
    at = Origin("slack", channel, f"1700.{id}", tenant="T0HOME")
    return replace(goal(objective=objective), id=id, owner=owner, origin=at)


class Goals:
    """Who may talk where, and the goals that there are."""

    def __init__(self, *goals: Goal, closed: str = "") -> None:
        self._goals = goals
        self._closed = closed

    async def unfinished(self, *, channel_key: str = "", thread_key: str = "", owner: str = "") -> list[Goal]:
        return [one for one in self._goals if owner in ("", one.owner.id)]

    async def board(self, channel_key: str) -> Board:
        here = self._of(channel_key)
        watching = tuple(look(one, NOW) for one in here if one.request.mode is Mode.MONITOR)
        return Board(
            tuple(look(one, NOW) for one in here if one.request.mode is Mode.DRIVE), watching=watching
        )

    def may(self, person: Person, right: str, channel_key: str) -> bool:
        return channel_key != self._closed

    def _of(self, channel_key: str) -> list[Goal]:
        return [one for one in self._goals if one.origin.channel_key == channel_key]


@pytest.fixture
async def client(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api, session=session, retry_handlers=[])


def shown(slack: Slack) -> list[str]:
    return [text for text in texts(slack.methods.homes["U0ANA"]["blocks"]) if "·" in text]


async def opened(client: AsyncWebClient, goals: Goals, hash: str = "") -> None:
    async def of_tenant(_: str) -> AsyncWebClient:
        return client

    await Home(of_tenant, goals).show(ANA, hash)


async def test_ones_own_goals_come_first_then_those_of_ones_channels(
    slack: Slack, client: AsyncWebClient
) -> None:
    ben = Person("U0BEN", "ben", "slack", "T0HOME")
    slack.home.room("secret", private=True)
    goals = Goals(
        in_channel("C0DEMO", "bbbb", ben, "theirs"),
        in_channel("C0DEMO", "aaaa", ANA, "mine"),
        in_channel("C0SECRET", "cccc", ben, "not for ana"),
    )
    await opened(client, goals)
    assert shown(slack) == [
        "Yours · Queued",
        "aaaa · mine",
        "#demo · Queued",
        "bbbb · theirs",
    ]


async def test_monitors_are_shown_too(slack: Slack, client: AsyncWebClient) -> None:
    at = Origin("slack", "C0DEMO", "1700.m", tenant="T0HOME")
    await opened(client, Goals(monitor(objective="the shop answers", owner=ANA, origin=at)))
    assert shown(slack)[:2] == ["Yours · Monitors", "g7k2 · the shop answers"]


async def test_goals_of_the_last_of_very_many_channels_are_there(
    slack: Slack, client: AsyncWebClient
) -> None:
    for number in range(450):
        slack.home.room(f"c{number}").members.add("U0ANA")
    await opened(client, Goals(in_channel("C0C449", "aaaa", ANA, "mine")))
    assert shown(slack) == ["Yours · Queued", "aaaa · mine"]


async def test_a_channel_in_which_one_may_not_talk_is_not_shown(slack: Slack, client: AsyncWebClient) -> None:
    await opened(client, Goals(in_channel("C0DEMO", "aaaa", ANA, "mine"), closed="slack:T0HOME:C0DEMO"))
    assert shown(slack) == []


async def test_a_home_that_was_drawn_anew_meanwhile_stays(slack: Slack, client: AsyncWebClient) -> None:
    await opened(client, Goals())
    old = slack.methods.homes["U0ANA"]["hash"]
    await opened(client, Goals(in_channel("C0DEMO", "aaaa", ANA, "newer")), old)
    await opened(client, Goals(), old)
    assert "aaaa · newer" in shown(slack)


def test_a_home_with_very_many_goals_fits_and_says_where_the_others_are() -> None:
    def many(prefix: str) -> list[Report]:
        made: Any = goal_in(Status.ACTIVE, objective="x" * 300)
        return [replace(look(made, NOW), id=f"{prefix}{number:03}") for number in range(90)]

    view = home_view(many("a"), [("demo", many("b"))])
    assert (view_problems(view), "".join(texts(view["blocks"][-1]))) == (
        [],
        "There are more goals than fit here: /goal in a channel shows all of its own.",
    )
